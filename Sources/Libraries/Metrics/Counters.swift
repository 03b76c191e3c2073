/// A number for each case of a type, which only grows. Counting takes neither a lock nor memory; safe to use from any
/// thread.
package final class Counters<Label: CaseIterable & Hashable & Sendable>: Sendable {
    private let counters: [Label: Counter]

    /// All are zero.
    package init() {
        counters = Dictionary(uniqueKeysWithValues: Label.allCases.map { ($0, Counter()) })
    }

    /// Adds to the number of a case. What is counted with every request keeps its ``counter(of:)``.
    package func add(_ count: Int = 1, to label: Label) {
        counter(of: label).add(count)
    }

    /// The counter of a case.
    package func counter(of label: Label) -> Counter {
        guard let counter = counters[label] else { preconditionFailure("a case that is not in allCases") }
        return counter
    }

    /// The number of a case.
    package subscript(label: Label) -> Int { counter(of: label).value }

    /// The numbers of all cases, in their order.
    package var all: [(label: Label, count: Int)] { Label.allCases.map { ($0, self[$0]) } }
}
