import Synchronization

/// Records entries in order. Safe to use from any task or thread.
package final class Recorder<Entry: Sendable>: Sendable {
    private let mutex = Mutex<[Entry]>([])

    package init() {}

    /// The entries so far.
    package var entries: [Entry] { mutex.withLock { $0 } }

    /// The number of entries so far.
    package var count: Int { mutex.withLock { $0.count } }

    /// Appends an entry.
    ///
    /// - Returns: The number of entries, including this one.
    @discardableResult
    package func append(_ entry: Entry) -> Int {
        mutex.withLock { entries in
            entries.append(entry)
            return entries.count
        }
    }
}
