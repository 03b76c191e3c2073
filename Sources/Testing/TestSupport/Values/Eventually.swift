/// Waits until `condition` is true; only a failing test waits long.
///
/// - Parameter description: The condition in words, evaluated when the time is over.
/// - Throws: ``TimedOut``, or the error of `condition`.
package func eventually(
    _ description: @autoclosure () -> String, within limit: Duration = .seconds(180),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TimedOut(description()) }
        try await Task.sleep(for: .milliseconds(10))
    }
}
