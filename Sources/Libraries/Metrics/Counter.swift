import Synchronization

/// A number that only grows. Counting takes neither a lock nor memory; safe to use from any thread.
///
/// An object of its own, since an array of these is counted in without asking the runtime for a generic type, which an
/// inline array of atomics does with each access.
package final class Counter: Sendable {
    private let count = Atomic(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    package func add(_ count: Int = 1) {
        self.count.wrappingAdd(count, ordering: .relaxed)
    }
}
