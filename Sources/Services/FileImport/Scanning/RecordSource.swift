import Gzip

/// The records of a file, one after the other. Blocks the thread.
struct RecordSource: ~Copyable, Sendable {
    private let input: ImportInput
    /// The form of the records, by the first byte that is not blank.
    private let style: @Sendable (UInt8) -> RecordScanner.Style
    private var knowsStyle = false
    private var file: GzipFileReader?
    private var chunk: [UInt8] = []
    /// Stands at the current record.
    private(set) var scanner: RecordScanner

    /// A source at the start of `input`, which is opened for the first record.
    init(
        _ input: ImportInput, maximumRecordBytes: Int, style: @escaping @Sendable (UInt8) -> RecordScanner.Style
    ) {
        self.input = input
        self.style = style
        scanner = RecordScanner(style: .lines, maximumRecordBytes: max(1, maximumRecordBytes))
    }

    /// The bytes of the file that are consumed.
    private(set) var bytes = 0
    /// The bytes of the file; nil for a pipe.
    private(set) var totalBytes: Int?

    /// Advances to the next record; never gives `needsBytes`.
    mutating func next() throws(GzipFileError) -> RecordScanner.Step {
        while !knowsStyle {
            if let first = scanner.skipBlankLines() {
                scanner.style = style(first)
                knowsStyle = true
            } else if try !readChunk() {
                knowsStyle = true
            }
        }
        while true {
            let step = scanner.next()
            guard step == .needsBytes else { return step }
            try readChunk()
        }
    }

    /// Hands the scanner the next bytes; returns false at the end of the file.
    @discardableResult
    private mutating func readChunk() throws(GzipFileError) -> Bool {
        if file == nil { file = try input.open() }
        let isRead = try file?.read(into: &chunk) ?? false
        bytes = file?.readByteCount ?? 0
        totalBytes = file?.totalByteCount
        guard isRead else {
            scanner.finish()
            return false
        }
        scanner.append(chunk)
        return true
    }
}
