import Messaging
import RabbitMQMessaging

/// Where a part of the pipeline is. Neither description nor dump shows a password.
package enum Location: Sendable, Hashable {
    /// In the data folder, within this process.
    case embedded
    /// On a server.
    case url(Address)

    /// A server's address, which was checked for the part that it is the location of.
    package struct Address: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// As it was written, with its secrets: not to be shown.
        let text: String
        /// The address without its secrets.
        package let description: String

        /// Nothing beyond the description: a dump must not show the secrets.
        package var customMirror: Mirror { Mirror(reflecting: description) }
    }

    /// What may be embedded or on a server.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// Carries events to the workers.
        case broker
        /// Who did what.
        case graph
        /// Vectors and profiles.
        case vectors
    }

    /// Reads `embedded`, or the address of a server: for the broker, one that begins with `amqp://` or `amqps://`.
    ///
    /// - Throws: ``LocationError`` for what cannot be read, and for what this build does not support; it never shows a
    ///   password.
    package init(_ text: String, of part: Part) throws(LocationError) {
        if text == "embedded" {
            self = .embedded
            return
        }
        switch part {
        case .broker:
            do throws(MessagingError) {
                self = .url(Address(text: text, description: try RabbitMQConfiguration(url: text).description))
            } catch {
                throw LocationError(error.message)
            }
        case .graph, .vectors: throw .unsupported(part)
        }
    }
}

extension Location: CustomStringConvertible {
    /// `embedded`, or the address without its secrets.
    package var description: String {
        switch self {
        case .embedded: "embedded"
        case .url(let address): address.description
        }
    }
}

/// Why a part of the pipeline cannot be where it was said to be.
package struct LocationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right, without a password.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    static func unsupported(_ part: Location.Part) -> LocationError {
        LocationError("the \(part.rawValue) cannot be on a server in this build: the only location is \"embedded\"")
    }
}
