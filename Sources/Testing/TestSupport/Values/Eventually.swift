/// Waits until `condition` holds; only a failing test waits long.
///
/// - Parameter description: what is waited for, as it stands when the time is up.
/// - Throws: ``TimedOut``, or what the condition throws.
package func eventually(
    _ description: @autoclosure () -> String, within limit: Duration = .seconds(60),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TimedOut(description()) }
        try await Task.sleep(for: .milliseconds(10))
    }
}
