import AMQPWire
import Network

extension AMQPError {
    enum Closed {
        case channel
        case connection
    }

    /// Why the broker closed something (reply codes: section 1.2 of the specification's reference).
    init(_ reason: CloseReason, of closed: Closed) {
        let code: Code =
            switch reason.replyCode {
            case 403: .accessRefused
            case 404: .notFound
            case 405: .resourceLocked
            case 406: .preconditionFailed
            case 530: .notAllowed
            default: closed == .channel ? .channelClosed : .connectionClosed
            }
        let name = closed == .channel ? "channel" : "connection"
        self.init(
            code, "the broker closed the \(name): \(reason.replyCode) \(reason.replyText)",
            replyCode: reason.replyCode)
    }

    /// Why a call may not take deliveries of a consumer.
    init(_ refusal: ConsumerMachine.Refusal) {
        switch refusal {
        case .busy: self.init(.notAllowed, "another task takes deliveries of this consumer already")
        case .ended:
            self.init(.consumerCancelled, "the broker ended the consumer: its queue was deleted or has moved")
        }
    }

    /// Why there is no connection.
    init(_ error: NetworkError) {
        let code: Code =
            switch error.code {
            case .unreachable: .unreachable
            case .timedOut: .timedOut
            // A broker that dies in the middle of the handshake is away; nobody has to mend anything.
            case .tls where Self.isBroken(error.message): .connectionLost
            case .tls: .tls
            case .closed: .closed
            default: .connectionLost
            }
        self.init(code, error.message)
    }

    private static func isBroken(_ text: String) -> Bool {
        text.contains("SSL_ERROR_SYSCALL") || text.contains("reset by peer")
    }

    /// This side closed the channel.
    static let channelWasClosed = AMQPError(.closed, "the channel was closed")

    /// The broker takes no messages, for a reason in its words.
    static func blocked(_ reason: String) -> AMQPError {
        AMQPError(.blocked, "the broker takes no messages: \(reason)")
    }
}
