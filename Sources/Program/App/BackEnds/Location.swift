import Messaging
import Neo4jGraph
import QdrantProfiles
import RabbitMQMessaging
import Stores

/// The location of a part of the pipeline. Neither description nor dump shows a password.
package enum Location: Sendable, Hashable {
    /// In the data folder, within this process.
    case embedded
    /// On a server.
    case url(Address)

    /// The address of a server, checked for the part that it locates.
    package struct Address: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
        /// The address as written, with its secrets: must not be shown.
        let text: String
        /// The address without its secrets.
        package let description: String

        /// Nothing beyond the description: a dump must not show the secrets.
        package var customMirror: Mirror { Mirror(reflecting: description) }
    }

    /// A part that may be embedded or on a server.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// Carries events to the workers.
        case broker
        /// Stores the users' interactions.
        case graph
        /// Stores vectors and profiles.
        case vectors
    }

    /// Reads `embedded`, or the address of a server: for the broker, one that begins with `amqp://` or `amqps://`; for the graph, with `bolt://` or `neo4j://`, or these followed by `+s` or `+ssc`; for the vectors, with `http://` or `https://`.
    ///
    /// - Throws: ``LocationError`` for an address that cannot be read; the error never shows a password.
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
        case .graph:
            do throws(StoreError) {
                self = .url(Address(text: text, description: try Neo4jConfiguration(url: text).description))
            } catch {
                throw LocationError(error.message)
            }
        case .vectors:
            do throws(StoreError) {
                let shown = try QdrantProfilesConfiguration(url: text).description
                self = .url(Address(text: text, description: shown))
            } catch {
                throw LocationError(error.message)
            }
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

/// Why a part of the pipeline cannot be at the requested location.
package struct LocationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mistake and the expected form, without a password.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    static let nothingToAdopt = LocationError(
        "the graph is embedded, and holds only what this program has written: give the address of a graph on a server "
            + "with --graph")
}
