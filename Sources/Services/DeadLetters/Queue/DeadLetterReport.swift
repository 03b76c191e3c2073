/// What a look has found: some letters whole, and all in groups.
package struct DeadLetterReport: Sendable {
    /// The first letters that match.
    package private(set) var letters: [DeadLetter] = []
    /// How many match.
    package private(set) var matching = 0
    private var grouping = DeadLetterGrouping()

    /// Nothing found.
    package init() {}

    /// The matching letters by how they failed, the largest group first.
    package var groups: [DeadLetterGroup] { grouping.list }

    /// Counts a letter, and keeps it while fewer than `limit` are kept.
    package mutating func add(_ letter: DeadLetter, keeping limit: Int) {
        matching += 1
        if letters.count < limit { letters.append(letter) }
        grouping.add(letter)
    }
}
