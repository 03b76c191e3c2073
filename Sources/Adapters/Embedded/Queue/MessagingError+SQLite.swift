import Messaging
import SQLite

extension MessagingError {
    /// The error that users of the broker get for a failure of the storage.
    init(_ error: any Error) {
        switch error {
        case let error as MessagingError:
            self = error
        case let error as SQLiteError:
            self.init(Self.code(of: error), "the embedded queue: \(error)")
        default:
            self.init(.unavailable, "the embedded queue: \(error)")
        }
    }

    private static func code(of error: SQLiteError) -> Code {
        switch error.code {
        case .full: .blocked
        case .closed: .closed
        case .corrupt, .notADatabase: .corrupt
        case .misuse, .mismatch, .tooBig, .schemaTooNew, .foreignApplication: .failed
        default: .unavailable
        }
    }
}
