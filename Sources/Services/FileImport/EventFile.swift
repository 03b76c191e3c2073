package import Events

/// Reads the events of a file, in its order, without storing them: with the ids, sessions and categories that an import
/// would give them. Safe to use from any task.
package struct EventFile: Sendable {
    private let input: ImportInput
    private let options: ImportOptions

    /// A file to be read; of the options, those count that say how records are read.
    package init(_ input: ImportInput, options: ImportOptions = ImportOptions()) {
        self.input = input
        self.options = options
    }

    /// Reads all of the file in one pass, batch by batch.
    ///
    /// - Parameters:
    ///   - now: See ``FileImporter/run(_:into:profiles:now:rejected:progress:)``.
    ///   - rejected: Called for the first rejected records, in order.
    ///   - progress: Called with the summary so far after every batch.
    ///   - take: Called with each event. An event may come more than once.
    /// - Returns: A summary in which every event counts as accepted.
    /// - Throws: If the file cannot be read or recognised; `CancellationError`.
    package func read(
        now: Timestamp, rejected: (RejectedRecord) -> Void = { _ in },
        progress: (ImportSummary) -> Void = { _ in }, _ take: (Event) -> Void
    ) async throws -> ImportSummary {
        let start = ContinuousClock.now
        let reading = ReadingQueue(BatchReader(input, options: options, now: now))
        var summary = ImportSummary()
        while !summary.isComplete {
            do {
                let batch = try await reading.next()
                summary.add(batch, time: .now - start)
                summary.accepted += batch.events.count
                batch.shown.forEach(rejected)
                batch.events.forEach(take)
            } catch let failure as BatchReader.Failure {
                // Without the summary so far, behind which an import would go on.
                throw ImportError(input: input.description, reason: failure.reason, summary: ImportSummary())
            }
            progress(summary)
        }
        return summary
    }
}
