import BoltWire
import Connections
import Network

extension BoltError {
    /// What a server refused, in its words.
    init(_ failure: BoltFailure, by server: String) {
        let isAccess = failure.code.hasPrefix("Neo.ClientError.Security.")
        self.init(
            isAccess ? .accessRefused : .failed, "\(server) answers \(failure.code): \(failure.message)",
            failure: failure)
    }

    /// Why bytes are not Bolt, or not allowed.
    init(_ error: BoltWireError, with server: String) {
        switch error.code {
        case .notEncodable: self.init(.unencodable, error.message)
        case .notAllowed: self.init(.misuse, error.message)
        default: self.init(.protocolViolation, "\(server): \(error.message)")
        }
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

    /// Why a pool lends no connection.
    init(_ error: PoolError<BoltError>, to server: String) {
        switch error {
        case .tooManyWaiters(let count): self.init(.busy, "\(count) calls wait for a connection to \(server) already")
        case .timedOut(let last):
            let reason = last.map { "; the last one that was tried: \($0.message)" } ?? ""
            self.init(.timedOut, "no connection to \(server) came free in time\(reason)")
        case .connectFailed(let reason): self = reason
        case .cancelled: self = .cancelled
        case .closed: self = .driverClosed
        }
    }

    /// The same, for a request whose outcome the server did not tell.
    func withUnknownOutcome() -> BoltError {
        BoltError(
            code, "\(message); whether the server has committed what was asked is not known", failure: failure,
            isOutcomeUnknown: true)
    }

    static let cancelled = BoltError(.closed, "the task was cancelled")
    static let driverClosed = BoltError(.closed, "the driver was closed")
}
