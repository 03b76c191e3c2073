import Events
import Gzip

/// Reads a file batch by batch. Blocks the thread.
struct BatchReader: ~Copyable, BatchReading {
    /// Why the reader stopped before the end of the file.
    enum Failure: Error {
        case unreadable(GzipFileError)
        case unrecognised(UnrecognisedFormat)
    }

    private let batchSize: Int
    private let recognition: FormatRecognition
    private var source: RecordSource
    private var format: ImportFormat?
    private var decoder: (any RecordDecoding)?
    private var rejections: RejectionLog
    /// The failure after the batch that was returned last.
    private var failure: Failure?

    /// A reader at the start of `input`, which is opened for the first batch.
    init(_ input: ImportInput, options: ImportOptions, now: Timestamp) {
        batchSize = max(1, options.batchSize)
        let recognition = FormatRecognition(options: options, now: now)
        self.recognition = recognition
        source = RecordSource(input, maximumRecordBytes: options.maximumRecordBytes) {
            recognition.style(firstByte: $0)
        }
        rejections = RejectionLog(shown: options.shownRejections)
    }

    /// The next batch. It is smaller than the others, or empty, only where the file ends or cannot be read further.
    ///
    /// - Throws: The failure to read, once all records read before it have been returned.
    mutating func next() throws(Failure) -> ImportBatch {
        if let failure { throw failure }
        let start = ContinuousClock.now
        var batch = ImportBatch()
        do throws(Failure) {
            try fill(&batch)
        } catch {
            guard batch.read > 0 else { throw error }
            failure = error
        }
        batch.format = format
        batch.bytes = source.bytes
        batch.totalBytes = source.totalBytes
        batch.time = .now - start
        return batch
    }

    private mutating func fill(_ batch: inout ImportBatch) throws(Failure) {
        batch.events.reserveCapacity(batchSize)
        while batch.read < batchSize {
            if decoder?.hasMore == true {
                try addRecord(to: &batch)
                continue
            }
            switch try nextRecord() {
            case .record: try addRecord(to: &batch)
            case .rejected(let reason): try addRejected(reason, to: &batch)
            case .needsBytes, .end:
                batch.isLast = true
                return
            }
        }
    }

    private mutating func addRecord(to batch: inout ImportBatch) throws(Failure) {
        if decoder == nil, try recogniseFormat() == .header { return }
        batch.count(line: source.scanner.line)
        do throws(Rejection) {
            if let event = try decoder?.event(of: source.scanner) { batch.events.append(event) }
        } catch {
            rejections.add(error, of: source.scanner, to: &batch)
        }
    }

    private mutating func addRejected(_ reason: RejectionReason, to batch: inout ImportBatch) throws(Failure) {
        guard decoder != nil else {
            throw .unrecognised(UnrecognisedFormat(requested: recognition.requested, seen: source.scanner.record))
        }
        batch.count(line: source.scanner.line)
        rejections.add(Rejection(reason, reason.description), of: source.scanner, to: &batch)
    }

    private mutating func recogniseFormat() throws(Failure) -> FormatRecognition.FirstRecord {
        do throws(UnrecognisedFormat) {
            let result = try recognition.recognise(source.scanner)
            format = result.format
            decoder = result.decoder
            return result.first
        } catch {
            throw .unrecognised(error)
        }
    }

    private mutating func nextRecord() throws(Failure) -> RecordScanner.Step {
        do throws(GzipFileError) {
            return try source.next()
        } catch {
            throw .unreadable(error)
        }
    }
}
