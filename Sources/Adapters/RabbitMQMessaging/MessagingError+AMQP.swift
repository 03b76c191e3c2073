import AMQPClient
import Messaging

extension MessagingError {
    /// What a failure of the client means to those above the port.
    init(_ error: AMQPError, _ broker: RabbitMQConfiguration) {
        self.init(Self.code(of: error), "RabbitMQ at \(broker): \(error.message)")
    }

    /// What a refusal of one request on a working connection means: there, missing permissions and reserved names are
    /// nothing that waiting heals.
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
        // What is away, and what an operator can heal while this program waits: a login, a certificate, a host.
        default: .unavailable
        }
    }
}
