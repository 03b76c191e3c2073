import Synchronization

/// What has happened, in order. Safe to use from any task or thread.
package final class Recorder<Entry: Sendable>: Sendable {
    private let mutex = Mutex<[Entry]>([])

    /// A recorder to which nothing has happened.
    package init() {}

    /// What has happened so far.
    package var entries: [Entry] { mutex.withLock { $0 } }

    /// How much has happened so far.
    package var count: Int { mutex.withLock { $0.count } }

    /// Adds an entry.
    ///
    /// - Returns: how many there are with it.
    @discardableResult
    package func append(_ entry: Entry) -> Int {
        mutex.withLock { entries in
            entries.append(entry)
            return entries.count
        }
    }
}
