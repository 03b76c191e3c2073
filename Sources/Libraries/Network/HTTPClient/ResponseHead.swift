import HTTPMessages

/// The fields of an answer's head, from the lines that libcurl gives, one per call.
struct ResponseHead {
    /// Those of the last head: each interim answer (status 1xx) has one of its own.
    private(set) var fields = HTTPHeaders()
    /// Of all lines.
    private(set) var byteCount = 0
    /// Behind the empty line come another head, or trailers, which are not kept.
    private(set) var isComplete = false

    /// Whether only the end of the connection ends the body (RFC 9112, section 6.3).
    var hasNoLength: Bool { fields["Content-Length"] == nil && fields["Transfer-Encoding"] == nil }

    mutating func append(_ line: UnsafeRawBufferPointer) {
        byteCount += line.count
        let text = line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        if text.starts(with: "HTTP/".utf8) {
            fields.removeAll()
            isComplete = false
        } else if text.isEmpty {
            isComplete = true
        } else if !isComplete {
            append(field: text)
        }
    }

    private mutating func append(field text: Slice<UnsafeRawBufferPointer>) {
        if text.first == UInt8(ascii: " ") || text.first == UInt8(ascii: "\t") {
            // A folded line continues the value before it (RFC 9112, section 5.2).
            fields.appendToLastValue(" ".utf8)
            fields.appendToLastValue(Self.trimmed(text))
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            fields.append(name: Self.trimmed(text[..<colon]), value: Self.trimmed(text[text.index(after: colon)...]))
        }
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var rest = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while rest.last == UInt8(ascii: " ") || rest.last == UInt8(ascii: "\t") { rest.removeLast() }
        return rest
    }
}
