import Dispatch
import Synchronization

/// Reads and checks a whole file beside the work on it, on a connection of its own.
final class IntegrityCheck: Sendable {
    /// One check at a time in a process, as each reads a file as fast as the disk gives it.
    static let queue = DispatchQueue(label: "sqlite.check", qos: .utility)

    private let isCancelled = Atomic(false)

    /// - Parameter completion: Is called on the queue of the checks, with nil if the file is whole; not at all after
    ///   ``cancel()``.
    func start(
        path: String, configuration: DatabaseConfiguration,
        completion: @escaping @Sendable (SQLiteError?) -> Void
    ) {
        Self.queue.async { [self] in
            guard !isCancelled.load(ordering: .acquiring) else { return }
            var failure: SQLiteError?
            do throws(SQLiteError) {
                let connection = try Connection.open(path: path, configuration: configuration, creating: false)
                try connection.configure(.reader, configuration)
                try connection.quickCheck()
            } catch {
                failure = error
            }
            if !isCancelled.load(ordering: .acquiring) { completion(failure) }
        }
    }

    /// Takes back the check that has not begun; one that has ends without consequences.
    func cancel() {
        isCancelled.store(true, ordering: .releasing)
    }
}
