import AMQPClient
import Messaging

extension MessagingError {
    /// The port's error for a failure of the client.
    init(_ error: AMQPError, _ broker: RabbitMQConfiguration) {
        self.init(Self.code(of: error), "RabbitMQ at \(broker): \(error.message)")
    }

    /// The port's error for a refusal of one request on a working connection, where waiting does not help against
    /// missing permissions and reserved names.
    init(refusal error: AMQPError, _ broker: RabbitMQConfiguration) {
        let code: Code = error.code == .accessRefused || error.code == .notAllowed ? .failed : Self.code(of: error)
        self.init(code, "RabbitMQ at \(broker): \(error.message)")
    }

    private static func code(of error: AMQPError) -> Code {
        switch error.code {
        case .notFound: .notFound
        case .closed: .closed
        case .blocked: .blocked
        case .protocolViolation: .corrupt
        case .unencodable, .invalidURI, .resourceLocked, .preconditionFailed, .channelClosed: .failed
        // The broker is away, or an operator can fix the cause while this program waits: a login, a certificate, a
        // host.
        default: .unavailable
        }
    }
}
