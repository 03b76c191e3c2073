import Synchronization

/// Which of this process's looks at the dead letters is under way: one at a time.
final class LookTurn: Sendable {
    private let isTaken = Mutex(false)

    /// Begins a look if none is under way.
    ///
    /// - Returns: Whether it began; it is then to be ended.
    func begin() -> Bool {
        isTaken.withLock { isTaken in
            if isTaken { return false }
            isTaken = true
            return true
        }
    }

    func end() {
        isTaken.withLock { $0 = false }
    }
}
