/// Admits one task at a time, in the order in which they ask.
///
/// ```swift
/// await turns.begin()
/// defer { await turns.end() }
/// ```
///
/// Safe to use from any task. A task that is cancelled while it waits has its turn all the same.
public actor Turns {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// How many tasks wait for their turns.
    public var waitingCount: Int { waiting.count }

    /// Nobody's turn.
    public init() {}

    /// Waits for the turn of this task, which ends with ``end()``.
    public func begin() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Ends the turn of this task: the next one has its own.
    public func end() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
