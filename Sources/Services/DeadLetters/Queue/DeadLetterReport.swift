/// What a look has found: some letters whole, and all in groups.
public struct DeadLetterReport: Sendable {
    /// The first letters that match.
    public private(set) var letters: [DeadLetter] = []
    /// How many match.
    public private(set) var matching = 0
    private var grouping = DeadLetterGrouping()

    /// Nothing found.
    public init() {}

    /// The matching letters by how they failed, the largest group first.
    public var groups: [DeadLetterGroup] { grouping.list }

    /// Counts a letter, and keeps it while fewer than `limit` are kept.
    public mutating func add(_ letter: DeadLetter, keeping limit: Int) {
        matching += 1
        if letters.count < limit { letters.append(letter) }
        grouping.add(letter)
    }
}
