/// The findings of one pass over the dead letters: the first matching ones whole, and all in groups.
package struct DeadLetterReport: Sendable {
    /// The first matching letters.
    package private(set) var letters: [DeadLetter] = []
    /// The number of matching letters.
    package private(set) var matching = 0
    private var grouping = DeadLetterGrouping()

    package init() {}

    /// The matching letters grouped by failure, the largest group first.
    package var groups: [DeadLetterGroup] { grouping.list }

    /// Counts a letter, and keeps it while fewer than `limit` letters are kept.
    package mutating func add(_ letter: DeadLetter, keeping limit: Int) {
        matching += 1
        if letters.count < limit { letters.append(letter) }
        grouping.add(letter)
    }
}
