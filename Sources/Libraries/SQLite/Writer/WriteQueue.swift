import EventLoops
import Synchronization

/// The jobs that wait for the writer, and whether it has been told of them. Safe to use from any thread.
final class WriteQueue: Sendable {
    enum Admission {
        case refused(SQLiteError)
        /// The writer knows already that there are jobs.
        case accepted
        /// The writer has to be scheduled.
        case acceptedFirst
    }

    private struct State {
        var inbox = BatchInbox<WriteJob>()
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let path: String

    init(limit: Int, path: String) {
        self.limit = limit
        self.path = path
    }

    func append(_ job: WriteJob) -> Admission {
        state.withLock { state in
            if state.isClosed { return .refused(.closed(path: path)) }
            if state.inbox.count >= limit { return .refused(.overloaded(path: path, limit: limit)) }
            return state.inbox.append(job) ? .acceptedFirst : .accepted
        }
    }

    /// The jobs of the next transaction, oldest first.
    func next(_ maximum: Int) -> [WriteJob] {
        state.withLock { $0.inbox.take(upTo: maximum) }
    }

    /// Called after each transaction.
    /// - Returns: whether jobs wait already, so that the writer has to go on; else it has to be scheduled anew.
    func hasMore() -> Bool {
        state.withLock { $0.inbox.endTurn() }
    }

    /// Refuses further jobs; those that wait stay.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    var count: Int { state.withLock { $0.inbox.count } }
}

extension SQLiteError {
    static func closed(path: String) -> SQLiteError {
        SQLiteError(.closed, message: "the database was closed", path: path)
    }

    static func overloaded(path: String, limit: Int) -> SQLiteError {
        SQLiteError(.overloaded, message: "\(limit) jobs wait for the database", path: path)
    }
}
