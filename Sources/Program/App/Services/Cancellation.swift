/// Runs `work`, and cancels it when `signal` returns first; the result is that of the work done until then.
///
/// - Throws: The error that `work` throws, also after cancellation.
package func withCancellation<Result: Sendable>(
    when signal: @escaping @Sendable () async -> Void, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let working = Task { try await work() }
    let watching = Task {
        await signal()
        working.cancel()
    }
    // Ends a signal for which nobody waits any more; cancelling work that has ended has no effect.
    defer { watching.cancel() }
    return try await withTaskCancellationHandler {
        try await working.value
    } onCancel: {
        working.cancel()
    }
}
