package import Messaging
import RabbitMQMessaging

/// Which broker the pipeline uses. No description of it holds a password.
package struct BrokerLocation: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private enum Place: Hashable {
        case embedded
        case rabbitMQ(url: String)
    }

    private let place: Place
    /// `embedded`, or the address without its password.
    package let description: String

    /// The embedded broker in the data folder.
    package static let embedded = BrokerLocation()

    private init() {
        place = .embedded
        description = "embedded"
    }

    /// Reads `embedded`, or an address that begins with `amqp://` or `amqps://`.
    ///
    /// - Throws: `.failed`, saying what cannot be read, without the password.
    package init(_ text: String) throws(MessagingError) {
        if text == "embedded" {
            self = .embedded
        } else {
            place = .rabbitMQ(url: text)
            description = try RabbitMQConfiguration(url: text).description
        }
    }

    /// Nothing beyond the description: a dump must not show the address.
    package var customMirror: Mirror { Mirror(reflecting: description) }

    /// How to reach RabbitMQ; nil for the embedded broker.
    func rabbitMQ(_ queueType: RabbitMQConfiguration.QueueType) throws(MessagingError) -> RabbitMQConfiguration? {
        switch place {
        case .embedded: nil
        case .rabbitMQ(let url): try RabbitMQConfiguration(url: url, queueType: queueType)
        }
    }
}
