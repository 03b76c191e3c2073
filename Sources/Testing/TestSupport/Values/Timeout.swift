/// What did not come about in time.
package struct TimedOut: Error, CustomStringConvertible {
    /// What was waited for.
    package let description: String

    /// Nothing of `description` within the time.
    package init(_ description: String) {
        self.description = description
    }
}

/// Runs `body`, and cancels it when the time is up.
///
/// - Parameter description: what is waited for.
/// - Throws: ``TimedOut``, or what the body throws.
package func withTimeout<Result: Sendable>(
    _ limit: Duration, _ description: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut("\(description): nothing within \(limit)")
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw TimedOut(description) }
        return result
    }
}
