import Bytes
import HTTPMessages

/// Reads the header fields of a request, and what they say about its body and its connection.
struct FieldReader {
    private(set) var headers: HTTPHeaders
    private(set) var framing = RequestHead.Framing.none
    private(set) var keepsAlive: Bool
    private(set) var expectsContinue = false
    private let isHTTP10: Bool
    private let maxFields: Int
    private var contentLengths = 0
    private var transferEncodings = 0
    private var hosts = 0
    /// Whether a field has said `close`, which no other field undoes.
    private var closes = false

    /// - Parameter bytes: The bytes of the whole head, which the headers keep.
    init(_ bytes: [UInt8], isHTTP10: Bool, maxFields: Int) {
        headers = HTTPHeaders(of: bytes, fieldCount: 8)
        self.isHTTP10 = isHTTP10
        self.maxFields = maxFields
        keepsAlive = !isHTTP10
    }

    /// Reads all lines of the head from `start` on, where the first field begins.
    mutating func read(_ bytes: Span<UInt8>, from start: Int) throws(HTTPRefusal) {
        var index = start
        while bytes[index] != UInt8(ascii: "\r") { try readField(bytes, &index) }
        if contentLengths > 0, transferEncodings > 0 {
            throw .malformed("Content-Length and Transfer-Encoding are both there.")
        }
        if hosts == 0, !isHTTP10 { throw .malformed("The Host field is missing.") }
        if framing == .none || isHTTP10 { expectsContinue = false }
    }

    /// Reads the line that begins at `index`, and sets that behind its end.
    private mutating func readField(_ bytes: Span<UInt8>, _ index: inout Int) throws(HTTPRefusal) {
        let nameStart = index
        while ByteSet.token.contains(bytes[index]) { index += 1 }
        guard bytes[index] == UInt8(ascii: ":"), index > nameStart else {
            throw Self.badName(bytes, nameStart, at: index)
        }
        guard headers.count < maxFields else {
            throw HTTPRefusal(.tooManyFields(limit: maxFields), detail: "The header has more than \(maxFields) fields.")
        }
        let name = nameStart..<index
        index += 1
        while isBlank(bytes[index]) { index += 1 }
        let valueStart = index
        while bytes[index] != UInt8(ascii: "\r") { index += 1 }
        let untrimmed = valueStart..<index
        var valueEnd = index
        while valueEnd > valueStart, isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        let value = valueStart..<valueEnd
        index += 2
        switch name.count {
        case 4 where bytes.equalsIgnoringCase(name, "host"): try readHost(bytes, value)
        case 6 where bytes.equalsIgnoringCase(name, "expect"): try readExpectation(bytes, value)
        case 10 where bytes.equalsIgnoringCase(name, "connection"): readConnection(bytes, value)
        case 14 where bytes.equalsIgnoringCase(name, "content-length"): try readContentLength(bytes, value)
        // With its blanks: servers differ in whether they still take `chunked ` for chunked.
        case 17 where bytes.equalsIgnoringCase(name, "transfer-encoding"): try readTransferEncoding(bytes, untrimmed)
        default: break
        }
        headers.appendField(name: name, value: value)
    }

    /// Why there is no name followed by a colon.
    private static func badName(_ bytes: Span<UInt8>, _ start: Int, at index: Int) -> HTTPRefusal {
        if isBlank(bytes[start]) { return .malformed("A header field is folded over two lines.") }
        var end = index
        while bytes[end] != UInt8(ascii: ":"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
        if bytes[end] == UInt8(ascii: "\r") { return .malformed("A line of the header has no colon.") }
        if end > start, isBlank(bytes[end - 1]) {
            return .malformed("The name of a header field is followed by a blank.")
        }
        return .malformed("The name of a header field is not a token.")
    }

    /// Printable ASCII without what ends or cuts a host in a URL.
    private static let hostBytes = ByteSet(
        UInt8(ascii: "!")...UInt8(ascii: "~"), except: #",/\?#@"#)

    private mutating func readHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        hosts += 1
        guard hosts == 1 else { throw .malformed("There is more than one Host field.") }
        let allowed = Self.hostBytes
        for index in value where !allowed.contains(bytes[index]) { throw .malformed("The Host field is malformed.") }
    }

    private mutating func readExpectation(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        guard bytes.equalsIgnoringCase(value, "100-continue") else {
            throw HTTPRefusal(.expectationFailed, detail: "The server knows the expectation 100-continue only.")
        }
        expectsContinue = true
    }

    private mutating func readConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            while start < value.upperBound, isBlank(bytes[start]) { start += 1 }
            var comma = start
            while comma < value.upperBound, bytes[comma] != UInt8(ascii: ",") { comma += 1 }
            var end = comma
            while end > start, isBlank(bytes[end - 1]) { end -= 1 }
            if bytes.equalsIgnoringCase(start..<end, "close") {
                keepsAlive = false
                closes = true
            }
            if isHTTP10, !closes, bytes.equalsIgnoringCase(start..<end, "keep-alive") { keepsAlive = true }
            start = comma + 1
        }
    }

    private mutating func readContentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        contentLengths += 1
        guard contentLengths == 1 else { throw .malformed("Content-Length is there more than once.") }
        for index in value where bytes[index] &- UInt8(ascii: "0") >= 10 {
            throw .malformed("Content-Length is not a number.")
        }
        guard !value.isEmpty else { throw .malformed("Content-Length is not a number.") }
        var length = 0
        for index in value {
            let (tens, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int(bytes[index] - UInt8(ascii: "0")))
            guard !isTooLarge, !isTooLargeNow else { throw .bodyTooLarge(limit: .max) }
            length = sum
        }
        framing = length == 0 ? .none : .length(length)
    }

    private mutating func readTransferEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        transferEncodings += 1
        guard !isHTTP10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
        guard transferEncodings == 1, bytes.equalsIgnoringCase(value, "chunked") else {
            throw .malformed("The only Transfer-Encoding taken is chunked, once.")
        }
        framing = .chunked
    }
}

@inline(__always)
private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
