/// A condition that was not met in time.
package struct TimedOut: Error, CustomStringConvertible {
    /// The condition.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Runs `body`, and cancels it when the time is over.
///
/// - Parameter description: The condition that `body` waits for.
/// - Throws: ``TimedOut``, or the error of `body`.
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
