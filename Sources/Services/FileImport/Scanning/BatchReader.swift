import Events
import Gzip

/// Reads a file batch by batch. Blocks the thread.
struct BatchReader: ~Copyable, Sendable {
    /// Why the reader stopped before the end of the file.
    enum Failure: Error {
        case unreadable(GzipFileError)
        case unrecognised(UnrecognisedFormat)
    }

    private let input: ImportInput
    private let batchSize: Int
    private let recognition: FormatRecognition
    private var file: GzipFileReader?
    private var chunk: [UInt8] = []
    private var scanner: RecordScanner
    private var knowsStyle = false
    private var format: ImportFormat?
    private var decoder: (any RecordDecoding)?
    private var rejections: RejectionLog
    /// The failure after the batch that was returned last.
    private var failure: Failure?

    /// A reader at the start of `input`, which is opened for the first batch.
    init(_ input: ImportInput, options: ImportOptions, now: Timestamp) {
        self.input = input
        batchSize = max(1, options.batchSize)
        recognition = FormatRecognition(options: options, now: now)
        scanner = RecordScanner(style: .lines, maximumRecordBytes: max(1, options.maximumRecordBytes))
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
        batch.bytes = file?.readByteCount ?? 0
        batch.totalBytes = file?.totalByteCount
        batch.time = .now - start
        return batch
    }

    private mutating func fill(_ batch: inout ImportBatch) throws(Failure) {
        batch.events.reserveCapacity(batchSize)
        while batch.read < batchSize {
            try chooseStyle()
            if decoder?.hasMore == true {
                try addRecord(to: &batch)
                continue
            }
            switch scanner.next() {
            case .record: try addRecord(to: &batch)
            case .rejected(let reason): try addRejected(reason, to: &batch)
            case .needsBytes: try readChunk()
            case .end:
                batch.isLast = true
                return
            }
        }
    }

    private mutating func addRecord(to batch: inout ImportBatch) throws(Failure) {
        if decoder == nil, try recogniseFormat() == .header { return }
        batch.count(line: scanner.line)
        do throws(Rejection) {
            if let event = try decoder?.event(of: scanner) { batch.events.append(event) }
        } catch {
            rejections.add(error, of: scanner, to: &batch)
        }
    }

    private mutating func addRejected(_ reason: RejectionReason, to batch: inout ImportBatch) throws(Failure) {
        guard decoder != nil else {
            throw .unrecognised(UnrecognisedFormat(requested: recognition.requested, seen: scanner.record))
        }
        batch.count(line: scanner.line)
        rejections.add(Rejection(reason, reason.description), of: scanner, to: &batch)
    }

    private mutating func recogniseFormat() throws(Failure) -> FormatRecognition.FirstRecord {
        do throws(UnrecognisedFormat) {
            let result = try recognition.recognise(scanner)
            format = result.format
            decoder = result.decoder
            return result.first
        } catch {
            throw .unrecognised(error)
        }
    }

    private mutating func chooseStyle() throws(Failure) {
        while !knowsStyle {
            if let first = scanner.skipBlankLines() {
                scanner.style = recognition.style(firstByte: first)
                knowsStyle = true
            } else if try !readChunk() {
                knowsStyle = true
            }
        }
    }

    /// Hands the scanner the next bytes; returns false at the end of the file.
    @discardableResult
    private mutating func readChunk() throws(Failure) -> Bool {
        do throws(GzipFileError) {
            if file == nil { file = try input.open() }
            guard try file?.read(into: &chunk) == true else {
                scanner.finish()
                return false
            }
            scanner.append(chunk)
            return true
        } catch {
            throw .unreadable(error)
        }
    }
}
