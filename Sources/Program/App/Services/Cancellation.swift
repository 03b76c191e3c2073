/// Runs `work`, and cancels it when `signal` returns first: what it has done until then is its result.
///
/// - Throws: what `work` throws, also once it is cancelled.
package func withCancellation<Result: Sendable>(
    when signal: @escaping @Sendable () async -> Void, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let working = Task { try await work() }
    let watching = Task {
        await signal()
        working.cancel()
    }
    // Ends a signal that nobody waits for any more; cancelling work that has ended changes nothing.
    defer { watching.cancel() }
    return try await withTaskCancellationHandler {
        try await working.value
    } onCancel: {
        working.cancel()
    }
}
