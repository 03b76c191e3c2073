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

    /// Why there is no connection.
    init(_ error: NetworkError) {
        let code: Code =
            switch error.code {
            case .unreachable: .unreachable
            case .timedOut: .timedOut
            case .tls: .tls
            case .closed: .closed
            default: .connectionLost
            }
        self.init(code, error.message)
    }
}
