import Gzip
import Stores

/// Vectors of a file on their way into the catalogue.
struct CatalogueBatch: Sendable {
    var vectors: [Int64: [Float]] = [:]
    /// The number of records, including those that gave no vector.
    var read = 0
    var rejected = 0
    /// The physical lines that the first and the last record start on.
    var lines = 0...0
    /// The rejected records that are to be shown.
    var shown: [RejectedRecord] = []
    /// The number of components of the file's vectors; 0 before the first one.
    var dimension = 0
    /// The bytes of the file that are consumed after this batch, and the size of the file.
    var bytes = 0
    var totalBytes: Int?
    /// Whether the file ends with this batch.
    var isLast = false
}

/// Reads a file of product vectors batch by batch. Blocks the thread.
struct CatalogueReader: ~Copyable, BatchReading {
    /// Why the reader stopped before the end of the file.
    enum Failure: Error {
        case unreadable(GzipFileError)
        /// Holds the beginning of the first line.
        case unrecognised(String)
    }

    /// The most records of a batch, and the most components of its vectors together: 4 MiB.
    private static let batchSize = 1_000
    private static let batchComponents = 1 << 20
    /// The most components take less than a third of this.
    private static let maximumRecordBytes = 4 << 20

    private var source: RecordSource
    private var format: CatalogueFormat?
    /// The first vector's number of components, and its line.
    private var first: (dimension: Int, line: Int)?
    private var toBeShown: Int
    /// The failure after the batch that was returned last.
    private var failure: Failure?

    init(_ input: ImportInput, shownRejections: Int) {
        source = RecordSource(input, maximumRecordBytes: Self.maximumRecordBytes) { first in
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .lines : .commaSeparated
        }
        toBeShown = shownRejections
    }

    /// The next batch.
    ///
    /// - Throws: The failure to read, once all records read before it have been returned.
    mutating func next() throws(Failure) -> CatalogueBatch {
        if let failure { throw failure }
        var batch = CatalogueBatch()
        do throws(Failure) {
            try fill(&batch)
        } catch {
            guard batch.read > 0 else { throw error }
            failure = error
        }
        batch.dimension = first?.dimension ?? 0
        batch.bytes = source.bytes
        batch.totalBytes = source.totalBytes
        return batch
    }

    private mutating func fill(_ batch: inout CatalogueBatch) throws(Failure) {
        while batch.read < Self.batchSize, batch.vectors.count * (first?.dimension ?? 0) < Self.batchComponents {
            let step: RecordScanner.Step
            do throws(GzipFileError) { step = try source.next() } catch { throw .unreadable(error) }
            switch step {
            case .record: try addRecord(to: &batch)
            case .rejected(let reason):
                guard format != nil else { throw .unrecognised(source.scanner.record.excerpt()) }
                count(&batch)
                reject(Rejection(reason, reason.description), in: &batch)
            case .needsBytes, .end:
                batch.isLast = true
                return
            }
        }
    }

    private mutating func addRecord(to batch: inout CatalogueBatch) throws(Failure) {
        if format == nil {
            var isHeader = false
            format = CatalogueFormat(firstRecord: source.scanner, isHeader: &isHeader)
            if format == nil { throw .unrecognised(source.scanner.record.excerpt()) }
            if isHeader { return }
        }
        count(&batch)
        do throws(Rejection) {
            guard let (product, vector) = try format?.vector(in: source.scanner) else { return }
            let first = first ?? (vector.count, source.scanner.line)
            guard vector.count == first.dimension else {
                throw .field(
                    "vector",
                    "the vector has \(vector.count) components, that of line \(first.line) has "
                        + "\(first.dimension)")
            }
            self.first = first
            batch.vectors[product] = vector
        } catch {
            reject(error, in: &batch)
        }
    }

    private func count(_ batch: inout CatalogueBatch) {
        batch.lines = (batch.read == 0 ? source.scanner.line : batch.lines.lowerBound)...source.scanner.line
        batch.read += 1
    }

    private mutating func reject(_ rejection: Rejection, in batch: inout CatalogueBatch) {
        batch.rejected += 1
        guard toBeShown > 0 else { return }
        toBeShown -= 1
        batch.shown.append(
            RejectedRecord(
                line: source.scanner.line, reason: rejection.reason, message: rejection.message,
                excerpt: source.scanner.record.excerpt()))
    }
}
