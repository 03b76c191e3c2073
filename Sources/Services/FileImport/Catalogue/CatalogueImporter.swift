package import EventLoops
package import Stores

/// Imports a file of product vectors into the catalogue of a profile store.
///
/// The file is read in one pass and in constant memory; while a batch is written, the next one is read on a separate queue.
/// What is stored already is written again, which changes nothing; of several vectors of a product the last one stays. Safe
/// to use from any task.
package struct CatalogueImporter: Sendable {
    private let shownRejections: Int
    private let attempts: Attempts

    /// - Parameters:
    ///   - shownRejections: How many rejected records are shown; further ones are only counted.
    ///   - attempts: How often a batch is tried before the import stops; 1 or more.
    ///   - backoff: The delays between attempts.
    package init(
        shownRejections: Int = 20, attempts: Int = 5,
        backoff: Backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
    ) {
        self.shownRejections = shownRejections
        self.attempts = Attempts(most: attempts, backoff: backoff)
    }

    /// Imports all of `input`. Where the task is cancelled, the import ends after the batch that is being written, and the
    /// summary says so.
    ///
    /// - Parameters:
    ///   - rejected: Called for the first rejected records, in order, once their batch is written.
    ///   - progress: Called with the summary so far after every batch.
    /// - Throws: If the file cannot be read or recognised, or the store refuses its vectors or fails too often.
    package func run(
        _ input: ImportInput, into profiles: any ProfileStore,
        rejected: @Sendable (RejectedRecord) -> Void = { _ in },
        progress: @Sendable (CatalogueSummary) -> Void = { _ in }
    ) async throws(CatalogueImportError) -> CatalogueSummary {
        let start = ContinuousClock.now
        let reading = ReadingQueue(CatalogueReader(input, shownRejections: shownRejections))
        var summary = CatalogueSummary()
        do {
            var next: CatalogueBatch? = try await reading.next()
            while let batch = next {
                async let upcoming = batch.isLast ? nil : reading.next()
                let vectors = batch.vectors
                if !vectors.isEmpty {
                    try await attempts.run { () async throws(StoreError) in try await profiles.putCatalogue(vectors) }
                        .result.mapError { WriteFailure(error: $0, lines: batch.lines) }.get()
                }
                summary.add(batch, time: .now - start)
                batch.shown.forEach(rejected)
                progress(summary)
                next = try await upcoming
            }
        } catch let failure as CatalogueReader.Failure {
            throw CatalogueImportError(input: input.description, reason: failure.reason, summary: summary)
        } catch let failure as WriteFailure where !Task.isCancelled {
            throw CatalogueImportError(
                input: input.description, reason: .store(failure.error, lines: failure.lines), summary: summary)
        } catch {
            // The task is cancelled: the batch does not count, whatever the store answered to the cancellation.
        }
        return summary
    }

    private struct WriteFailure: Error {
        var error: StoreError
        var lines: ClosedRange<Int>
    }
}

extension CatalogueReader.Failure {
    fileprivate var reason: CatalogueImportError.Reason {
        switch self {
        case .unreadable(let error): .unreadable(error)
        case .unrecognised(let excerpt): .unrecognised(excerpt)
        }
    }
}

extension CatalogueSummary {
    fileprivate mutating func add(_ batch: CatalogueBatch, time: Duration) {
        read += batch.read
        rejected += batch.rejected
        if batch.read > 0 { line = batch.lines.upperBound }
        dimension = batch.dimension
        bytes = batch.bytes
        totalBytes = batch.totalBytes
        isComplete = batch.isLast
        self.time = time
    }
}
