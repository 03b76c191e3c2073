import Events

/// The findings of one pass over the dead letters: the oldest matching ones whole, and all in groups.
package struct DeadLetterReport: Sendable {
    /// The matching letters that were given up first, in that order.
    package private(set) var letters: [DeadLetter] = []
    /// The number of matching letters.
    package private(set) var matching = 0
    /// The number of all letters in the queue.
    package var total = 0
    private var grouping = DeadLetterGrouping()

    package init() {}

    /// The matching letters grouped by failure, the largest group first.
    package var groups: [DeadLetterGroup] { grouping.list }

    /// Counts a letter, and keeps it if it is one of the `limit` oldest so far. Letters of one moment stay in their
    /// order, and letters without a time come last.
    package mutating func add(_ letter: DeadLetter, keeping limit: Int) {
        matching += 1
        grouping.add(letter)
        if letters.count == limit {
            guard let last = letters.last, letter.age < last.age else { return }
            letters.removeLast()
        }
        // The queue is nearly in order, so that the place is nearly always at the end.
        var place = letters.endIndex
        while place > 0, letter.age < letters[place - 1].age { place -= 1 }
        letters.insert(letter, at: place)
    }
}

extension DeadLetter {
    fileprivate var age: Int64 { lastFailedAt?.microseconds ?? .max }
}
