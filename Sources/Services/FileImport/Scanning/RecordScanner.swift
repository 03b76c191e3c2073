/// Cuts a stream of bytes into records: lines, which are cut further between JSON objects that stand on one, or the
/// records of RFC 4180, whose quoted fields may hold line feeds.
///
/// The owner appends chunks, takes records in between, and says when no more bytes follow. The records depend on the
/// bytes alone, never on where the chunks end. The scanner holds little more than a chunk and the longest allowed
/// record.
///
/// A record whose quotes are broken is rejected as its first line, and reading continues at the next one: a stray quote
/// cannot swallow the rest of the file.
struct RecordScanner {
    /// The form of a record.
    enum Style: Equatable {
        case lines
        /// Fields with this byte between them.
        case separated(by: UInt8)

        static let commaSeparated = Style.separated(by: UInt8(ascii: ","))

        /// The byte between fields; of lines, which have no fields, any.
        var separator: UInt8 {
            if case .separated(let byte) = self { byte } else { UInt8(ascii: ",") }
        }
    }

    enum Step: Equatable {
        /// A record that is not blank.
        case record
        /// A line that is not a record.
        case rejected(RejectionReason)
        /// No whole record is available: append another chunk.
        case needsBytes
        /// No more records follow.
        case end
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// The part kept of a line that is too long, enough for any excerpt.
    private static let keptOfLongLine = 1 << 10

    /// The form of the records; may be changed before the first record is taken.
    var style: Style
    /// The physical line on which the current record starts, counted from 1.
    private(set) var line = 1
    /// The fields of the current record; empty for lines.
    private(set) var fields: [FieldScan.Field] = []
    /// Whether no byte of the current record is above 127.
    private(set) var isASCII = true
    /// Whether the current record ended with the input instead of a line feed.
    private(set) var isUnterminated = false

    private let maximumRecordBytes: Int
    private var bytes: [UInt8] = []
    /// The current record in `bytes`, without its line ending.
    private var recordRange = 0..<0
    /// Where the next record starts.
    private var position = 0
    private var lineOfPosition = 1
    private var isFinished = false
    private var isAtStart = true
    private var isSkippingLine = false

    init(style: Style, maximumRecordBytes: Int) {
        self.style = style
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Appends the next bytes of the stream, which discards the current record.
    mutating func append(_ chunk: [UInt8]) {
        bytes.removeSubrange(..<position)
        position = 0
        recordRange = 0..<0
        fields.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: chunk)
    }

    /// Notes that no more bytes follow.
    mutating func finish() {
        isFinished = true
    }

    /// The current record, without its line ending.
    var record: ArraySlice<UInt8> { bytes[recordRange] }

    /// The content of a field of the current record, without quotes and without blanks around it.
    func field(_ index: Int) -> ArraySlice<UInt8> {
        let field = fields[index]
        let content = bytes[field.start..<field.end]
        return (field.hasDoubledQuotes ? FieldScan.unescaped(content) : content).trimmed
    }

    /// Drops blank lines and blanks at the start; returns the byte that follows, or nil where none has come yet.
    mutating func skipBlankLines() -> UInt8? {
        guard skipByteOrderMark() else { return nil }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.lineFeed {
                lineOfPosition += 1
            } else if !byte.isBlank && byte != Self.carriageReturn {
                return byte
            }
            position += 1
        }
        return nil
    }

    /// Advances to the next record.
    mutating func next() -> Step {
        guard skipByteOrderMark() else { return .needsBytes }
        while true {
            if isSkippingLine { skipLine() }
            guard position < bytes.count else { return isFinished ? .end : .needsBytes }
            let step = scan()
            if step == .record, record.trimmed.isEmpty { continue }
            return step
        }
    }

    /// Returns false where too few bytes are available to decide.
    private mutating func skipByteOrderMark() -> Bool {
        guard isAtStart else { return true }
        guard bytes.count >= Self.byteOrderMark.count || isFinished else { return false }
        isAtStart = false
        if bytes.starts(with: Self.byteOrderMark) { position = Self.byteOrderMark.count }
        return true
    }

    /// Drops the rest of a line that is too long, as far as it has come.
    private mutating func skipLine() {
        guard let end = bytes[position...].firstIndex(of: Self.lineFeed) else {
            position = bytes.count
            return
        }
        position = end + 1
        lineOfPosition += 1
        isSkippingLine = false
    }

    private mutating func scan() -> Step {
        // The longest allowed record and its line ending. A record without an end in this window is too long, wherever
        // the chunks end.
        let windowEnd = position + maximumRecordBytes + 2
        let window = position..<min(windowEnd, bytes.count)
        fields.removeAll(keepingCapacity: true)
        var scan = FieldScan(window, separator: style.separator)
        // A second reference for the duration of the scan, since a span of the property would lock all of `self`.
        let bytes = bytes
        let end = style == .lines ? scan.line(bytes.span) : scan.record(bytes.span, &fields)
        line = lineOfPosition
        isASCII = scan.isASCII
        isUnterminated = false
        switch end {
        case .lineFeed(let index):
            return endRecord(at: index, next: index + 1, lines: scan.lineFeeds + 1)
        case .joined(let index):
            return endRecord(at: index, next: index, lines: 0)
        case .malformed:
            return rejectFirstLine(of: window, isFull: window.upperBound == windowEnd)
        case .windowEnd(let isInsideQuotes):
            let isFull = window.upperBound == windowEnd
            if isFull || isFinished && isInsideQuotes { return rejectFirstLine(of: window, isFull: isFull) }
            guard isFinished else { return .needsBytes }
            isUnterminated = true
            return endRecord(at: bytes.count, next: bytes.count, lines: scan.lineFeeds)
        }
    }

    private mutating func endRecord(at end: Int, next: Int, lines: Int) -> Step {
        let hasCarriageReturn = end > position && bytes[end - 1] == Self.carriageReturn
        recordRange = position..<(hasCarriageReturn ? end - 1 : end)
        position = next
        lineOfPosition += lines
        return recordRange.count > maximumRecordBytes ? .rejected(.recordTooLong) : .record
    }

    /// Rejects the physical line that the window starts with.
    private mutating func rejectFirstLine(of window: Range<Int>, isFull: Bool) -> Step {
        if let end = bytes[window].firstIndex(of: Self.lineFeed) {
            return endRecord(at: end, next: end + 1, lines: 1).rejected(for: .malformedQuotes)
        }
        if isFull {
            recordRange = position..<position + min(Self.keptOfLongLine, window.count)
            position = window.upperBound
            isSkippingLine = true
            return .rejected(.recordTooLong)
        }
        guard isFinished else { return .needsBytes }
        return endRecord(at: bytes.count, next: bytes.count, lines: 0).rejected(for: .malformedQuotes)
    }
}

extension RecordScanner.Step {
    fileprivate func rejected(for reason: RejectionReason) -> Self {
        self == .record ? .rejected(reason) : self
    }
}
