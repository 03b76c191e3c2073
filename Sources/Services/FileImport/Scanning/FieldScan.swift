/// One pass over the bytes of a record, which every call borrows.
struct FieldScan {
    /// The position of a field, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        var hasDoubledQuotes = false
    }

    enum End {
        case lineFeed(Int)
        /// Another JSON object begins here, on the line of the one that ends before it.
        case joined(Int)
        /// The record does not end within the window.
        case windowEnd(isInsideQuotes: Bool)
        /// A quoted field is followed by neither a separator nor the end of the line.
        case malformed
    }

    private static let openingBrace = UInt8(ascii: "{")
    private static let closingBrace = UInt8(ascii: "}")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var index: Int
    private let limit: Int
    private let separator: UInt8
    private var structure: JSONStructure
    private var seen: UInt8 = 0
    /// Line feeds inside quotes so far.
    private(set) var lineFeeds = 0

    /// Whether no byte so far is above 127.
    var isASCII: Bool { seen < 0x80 }

    /// - Parameter separator: The byte between two fields.
    init(_ window: Range<Int>, separator: UInt8) {
        index = window.lowerBound
        limit = window.upperBound
        self.separator = separator
        structure = JSONStructure(start: window.lowerBound)
    }

    /// Reads up to the next line feed, or up to a JSON object behind another one.
    mutating func line(_ bytes: Span<UInt8>) -> End {
        let start = index
        while index < limit {
            let byte = bytes[index]
            if byte == Self.lineFeed { return .lineFeed(index) }
            if byte == Self.openingBrace, isBehindObject(bytes, since: start) { return .joined(index) }
            seen |= byte
            index += 1
        }
        return .windowEnd(isInsideQuotes: false)
    }

    /// Whether an object of the line ends right before the current byte, and nothing is open around it. The look back
    /// over two bytes decides nearly always, as `}` and `{` meet in strings only.
    private mutating func isBehindObject(_ bytes: Span<UInt8>, since start: Int) -> Bool {
        var last = index - 1
        while last >= start, bytes[last].isBlank { last -= 1 }
        guard last >= start, bytes[last] == Self.closingBrace else { return false }
        structure.advance(to: index, bytes)
        return structure.isOutside
    }

    /// Reads a record and appends its fields.
    mutating func record(_ bytes: Span<UInt8>, _ fields: inout [Field]) -> End {
        while true {
            let isQuoted = index < limit && bytes[index] == Self.quote
            if let end = isQuoted ? quotedField(bytes, &fields) : plainField(bytes, &fields) { return end }
        }
    }

    /// Reads a field and the separator after it, or returns how the record ends.
    private mutating func plainField(_ bytes: Span<UInt8>, _ fields: inout [Field]) -> End? {
        let start = index
        while index < limit {
            let byte = bytes[index]
            if byte == separator {
                fields.append(Field(start: start, end: index))
                index += 1
                return nil
            }
            if byte == Self.lineFeed { break }
            seen |= byte
            index += 1
        }
        let hasCarriageReturn = index > start && bytes[index - 1] == Self.carriageReturn
        fields.append(Field(start: start, end: hasCarriageReturn ? index - 1 : index))
        return index < limit ? .lineFeed(index) : .windowEnd(isInsideQuotes: false)
    }

    private mutating func quotedField(_ bytes: Span<UInt8>, _ fields: inout [Field]) -> End? {
        index += 1
        var field = Field(start: index, end: index)
        while index < limit {
            let byte = bytes[index]
            index += 1
            seen |= byte
            if byte == Self.lineFeed { lineFeeds += 1 }
            guard byte == Self.quote else { continue }
            if index < limit, bytes[index] == Self.quote {
                field.hasDoubledQuotes = true
                index += 1
            } else {
                field.end = index - 1
                fields.append(field)
                return behindQuotes(bytes)
            }
        }
        return .windowEnd(isInsideQuotes: true)
    }

    /// Reads the separator after a quoted field, or returns how the record ends.
    private mutating func behindQuotes(_ bytes: Span<UInt8>) -> End? {
        if index < limit, bytes[index] == separator {
            index += 1
            return nil
        }
        if index < limit, bytes[index] == Self.carriageReturn { index += 1 }
        guard index < limit else { return .windowEnd(isInsideQuotes: false) }
        return bytes[index] == Self.lineFeed ? .lineFeed(index) : .malformed
    }

    /// Replaces every doubled quote by a single one.
    static func unescaped(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var isFirstOfPair = false
        for byte in content {
            isFirstOfPair = byte == quote && !isFirstOfPair
            if byte != quote || isFirstOfPair { result.append(byte) }
        }
        return result[...]
    }
}
