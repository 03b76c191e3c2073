package import Events

/// Reads the events of a file page by page, as they are asked for, in constant memory: with the ids, sessions and categories
/// that an import would give them. Safe to use from any task; one at a time.
package final class EventPages: Sendable {
    private let input: ImportInput
    private let reading: ReadingQueue<BatchReader>

    /// A file to be read; of the options, those count that say how records are read.
    ///
    /// - Parameter now: See ``FileImporter/run(_:into:profiles:now:rejected:progress:)``.
    package init(_ input: ImportInput, options: ImportOptions = ImportOptions(), now: Timestamp) {
        self.input = input
        reading = ReadingQueue(BatchReader(input, options: options, now: now))
    }

    /// The next events, none where a page of the file gave none; nil at the end. Records that give no event are left out.
    ///
    /// - Throws: ``ImportError`` if the file cannot be read or recognised; `CancellationError`. Not to be called again
    ///   after nil or an error.
    package func next() async throws -> [Event]? {
        do {
            let batch = try await reading.next()
            return batch.isLast && batch.read == 0 ? nil : batch.events
        } catch let failure as BatchReader.Failure {
            throw ImportError(input: input.description, reason: failure.reason, summary: ImportSummary())
        }
    }
}
