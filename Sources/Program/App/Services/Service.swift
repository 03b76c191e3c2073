/// Work that continues until its task is cancelled.
package protocol Service: Sendable {
    /// Works until the task is cancelled, then finishes its current work and returns; returns earlier where no work is
    /// left.
    ///
    /// - Throws: The error that makes it impossible to continue, which ends the other services too.
    func run() async throws
}

/// Returns when the task is cancelled.
func untilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
}
