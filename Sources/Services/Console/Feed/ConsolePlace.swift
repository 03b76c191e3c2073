import Synchronization

/// A place among those who look: it is free again when the last reference is gone, so that an answer that is never sent
/// keeps none.
package final class ConsolePlace: Sendable {
    private let viewers: ViewerCount

    init(_ viewers: ViewerCount) {
        self.viewers = viewers
    }

    deinit {
        viewers.leave()
    }
}

/// How many look. Safe to use from any thread.
final class ViewerCount: Sendable {
    private let count = Mutex(0)

    var isSomebody: Bool { count.withLock { $0 > 0 } }

    /// - Returns: Whether there was a place.
    func enter(upTo limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}
