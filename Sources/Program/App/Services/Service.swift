/// Work that goes on until its task is cancelled.
package protocol Service: Sendable {
    /// Works until the task is cancelled, then finishes what it holds and returns; returns earlier where nothing is left
    /// to do.
    ///
    /// - Throws: what makes it impossible to go on; that ends the services beside it.
    func run() async throws
}

/// Returns when the task is cancelled.
func untilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
}
