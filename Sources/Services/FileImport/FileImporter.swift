package import Events
package import Stores

/// Imports a file of events into both stores.
///
/// The file is read in one pass and in constant memory; while a batch is written to graph and profiles at the same
/// time, the next batch is read and parsed on a separate queue. Every event has an id that depends on its row alone, so
/// a file that is imported again, or holds a row twice, changes nothing. Safe to use from any task.
package struct FileImporter: Sendable {
    package var options: ImportOptions

    package init(options: ImportOptions = ImportOptions()) {
        self.options = options
    }

    /// Imports all of `input`. Where the task is cancelled, the import ends after the batch that is being written, and
    /// the summary says so.
    ///
    /// - Parameters:
    ///   - now: The time of the import: events more than a day later are rejected, and posted events without a time get
    ///     this one.
    ///   - rejected: Called for the first rejected records (``ImportOptions/shownRejections``), in order, once their
    ///     batch is written.
    ///   - progress: Called with the summary so far after every batch.
    /// - Throws: If the file cannot be read or recognised, or a store fails more often than the options allow.
    package func run(
        _ input: ImportInput, into graph: any GraphStore, profiles: any ProfileStore, now: Timestamp,
        rejected: @Sendable (RejectedRecord) -> Void = { _ in },
        progress: @Sendable (ImportSummary) -> Void = { _ in }
    ) async throws(ImportError) -> ImportSummary {
        let start = ContinuousClock.now
        let reading = ReadingQueue(BatchReader(input, options: options, now: now))
        let writer = BatchWriter(graph: graph, profiles: profiles, options: options)
        var summary = ImportSummary()
        var conflicts = ConflictLog(shown: options.shownRejections)
        do {
            var next: ImportBatch? = try await reading.next()
            while let batch = next {
                async let upcoming = batch.isLast ? nil : reading.next()
                let written = try await writer.write(batch)
                summary.add(batch, written, time: .now - start)
                batch.shown.forEach(rejected)
                for record in conflicts.shown(of: written, in: batch.lines) { rejected(record) }
                progress(summary)
                next = try await upcoming
            }
        } catch let failure as BatchReader.Failure {
            throw ImportError(input: input.description, reason: failure.reason, summary: summary)
        } catch let failure as BatchWriter.Failure where !Task.isCancelled {
            throw ImportError(
                input: input.description, reason: .store(failure.store, failure.error, lines: failure.lines),
                summary: summary)
        } catch {
            // The task is cancelled: the batch does not count, whatever a store answered to the cancellation.
        }
        return summary
    }
}

extension BatchReader.Failure {
    var reason: ImportError.Reason {
        switch self {
        case .unreadable(let error): .unreadable(error)
        case .unrecognised(let error): .unrecognised(error)
        }
    }
}

extension ImportSummary {
    /// Counts the records of a batch, but not what became of its events.
    mutating func add(_ batch: ImportBatch, time: Duration) {
        format = batch.format
        read += batch.read
        rejected += batch.read - batch.events.count
        filledCategories += batch.filledCategories
        rejectedByReason.merge(batch.rejectedByReason, uniquingKeysWith: +)
        if batch.read > 0 { line = batch.lines.upperBound }
        bytes = batch.bytes
        totalBytes = batch.totalBytes
        isComplete = batch.isLast
        self.time = time
        readingTime += batch.time
    }

    /// Counts a batch that both stores hold.
    fileprivate mutating func add(_ batch: ImportBatch, _ written: BatchWriter.Outcome, time: Duration) {
        add(batch, time: time)
        let conflicts = written.graph.conflicts.count
        rejected += conflicts
        if conflicts > 0 { rejectedByReason[.conflict, default: 0] += conflicts }
        accepted += written.graph.inserted
        duplicates += batch.events.count - written.graph.inserted - conflicts - written.graph.erased
        erased += written.graph.erased
        addedToProfiles += written.profiles.inserted
        graphTime += written.graphTime
        profilesTime += written.profilesTime
    }
}
