package import Synchronization

/// A number for each case of a type, which only grows. Counting takes neither a lock nor memory; safe to use from any
/// thread.
package final class Counters<Label: CaseIterable & Hashable & Sendable>: Sendable {
    /// The most cases that a label may have.
    package static var most: Int { 16 }

    @usableFromInline package let labels: [Label]
    @usableFromInline package let counts: InlineArray<16, Atomic<Int>>

    // Specialised where it is used: to count without would look up the label's type each time.

    /// All are zero.
    package init() {
        labels = Array(Label.allCases)
        precondition(labels.count <= Self.most, "a label has at most \(Self.most) cases")
        counts = InlineArray { _ in Atomic(0) }
    }

    /// Adds to the number of a case.
    @inlinable
    package func add(_ count: Int = 1, to label: Label) {
        guard let index = labels.firstIndex(of: label) else { return }
        counts[index].wrappingAdd(count, ordering: .relaxed)
    }

    /// The number of a case.
    package subscript(label: Label) -> Int {
        labels.firstIndex(of: label).map { counts[$0].load(ordering: .relaxed) } ?? 0
    }

    /// The numbers of all cases, in their order.
    package var all: [(label: Label, count: Int)] {
        labels.enumerated().map { ($1, counts[$0].load(ordering: .relaxed)) }
    }
}
