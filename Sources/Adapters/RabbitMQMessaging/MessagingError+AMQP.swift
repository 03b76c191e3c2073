import AMQPClient
import Messaging

extension MessagingError {
    /// The port's error for a failure of the client; a refusal says how it is mended.
    init(_ error: AMQPError, _ broker: RabbitMQConfiguration) {
        let remedy = Remedy(error, broker.connection).map { ". \($0.text)" } ?? ""
        self.init(Self.code(of: error), "RabbitMQ at \(broker): \(error.message)\(remedy)")
    }

    private static func code(of error: AMQPError) -> Code {
        switch error.code {
        case .notFound: .notFound
        case .closed: .closed
        case .blocked: .blocked
        // A reserved name, an exclusive consumer: not the login's fault.
        case .accessRefused where !Remedy.isOfLogin(error): .failed
        // The client's own rules have no reply code.
        case .notAllowed where error.replyCode == nil: .failed
        case .accessRefused, .notAllowed, .tls, .protocolViolation: .refused
        case .unencodable, .invalidURI, .resourceLocked, .preconditionFailed, .channelClosed: .failed
        default: .unavailable
        }
    }
}
