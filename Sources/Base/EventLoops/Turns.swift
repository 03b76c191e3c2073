/// Admits one task at a time, in the order in which they ask.
///
/// ```swift
/// try await turns.withTurn { try await file.append(line) }
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

    /// Waits for the turn of this task, and runs `body` in it.
    ///
    /// - Parameter body: What others do not do meanwhile; it must not wait for a turn itself.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public nonisolated(nonsending) func withTurn<Result, Failure: Error>(
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await begin()
        let result: Result
        do throws(Failure) {
            result = try await body()
        } catch {
            await end()
            throw error
        }
        await end()
        return result
    }

    private func begin() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
