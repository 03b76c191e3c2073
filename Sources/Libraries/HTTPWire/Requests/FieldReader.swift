import Bytes
import HTTPMessages

/// Reads the header fields of a request, and what they say about its body and its connection.
struct FieldReader {
    private(set) var headers = HTTPHeaders()
    private(set) var framing = RequestHead.Framing.none
    private(set) var keepsAlive: Bool
    private(set) var expectsContinue = false
    private let isHTTP10: Bool
    private let maxFields: Int
    private var contentLengths = 0
    private var transferEncodings = 0
    private var hosts = 0

    /// - Parameter size: The size of the head in bytes, which the fields do not exceed.
    init(isHTTP10: Bool, maxFields: Int, size: Int) {
        self.isHTTP10 = isHTTP10
        self.maxFields = maxFields
        keepsAlive = !isHTTP10
        headers.reserve(bytes: size, fields: 12)
    }

    /// Reads one line, without its end.
    mutating func read(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            if isBlank(line[line.startIndex]) { throw .malformed("A header field is folded over two lines.") }
            throw .malformed("A line of the header has no colon.")
        }
        let name = line[..<colon]
        guard isToken(name) else {
            if let first = name.first, isBlank(first) { throw .malformed("A header field is folded over two lines.") }
            if let last = name.last, isBlank(last) {
                throw .malformed("The name of a header field is followed by a blank.")
            }
            throw .malformed("The name of a header field is not a token.")
        }
        guard headers.count < maxFields else {
            throw HTTPRefusal(.tooManyFields(limit: maxFields), detail: "The header has more than \(maxFields) fields.")
        }
        let untrimmed = line[(colon + 1)...].drop(while: isBlank)
        let value = untrimmed.trimmingSuffix(while: isBlank)
        switch name.count {
        case 4 where equalsIgnoringCase(name, "host"): try readHost(value)
        case 6 where equalsIgnoringCase(name, "expect"): try readExpectation(value)
        case 10 where equalsIgnoringCase(name, "connection"): readConnection(value)
        case 14 where equalsIgnoringCase(name, "content-length"): try readContentLength(value)
        // With its blanks: servers differ in whether they still take `chunked ` for chunked.
        case 17 where equalsIgnoringCase(name, "transfer-encoding"): try readTransferEncoding(untrimmed)
        default: break
        }
        headers.append(name: name, value: value)
    }

    /// Checks what can only be said of all fields together.
    mutating func finish() throws(HTTPRefusal) {
        if contentLengths > 0, transferEncodings > 0 {
            throw .malformed("Content-Length and Transfer-Encoding are both there.")
        }
        if hosts == 0, !isHTTP10 { throw .malformed("The Host field is missing.") }
        if expectsContinue, framing == .none || isHTTP10 { expectsContinue = false }
    }

    /// Printable ASCII without what ends or cuts a host in a URL.
    private static let hostBytes = ByteSet(
        UInt8(ascii: "!")...UInt8(ascii: "~"), except: #",/\?#@"#)

    private mutating func readHost(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        hosts += 1
        guard hosts == 1 else { throw .malformed("There is more than one Host field.") }
        guard Self.hostBytes.containsAll(value) else { throw .malformed("The Host field is malformed.") }
    }

    private mutating func readExpectation(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard equalsIgnoringCase(value, "100-continue") else {
            throw HTTPRefusal(.expectationFailed, detail: "The server knows the expectation 100-continue only.")
        }
        expectsContinue = true
    }

    private mutating func readConnection(_ value: ArraySlice<UInt8>) {
        for option in value.split(separator: UInt8(ascii: ",")) {
            let option = option.drop(while: isBlank).trimmingSuffix(while: isBlank)
            if equalsIgnoringCase(option, "close") {
                keepsAlive = false
                return
            }
            if isHTTP10, equalsIgnoringCase(option, "keep-alive") { keepsAlive = true }
        }
    }

    private mutating func readContentLength(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        contentLengths += 1
        guard contentLengths == 1 else { throw .malformed("Content-Length is there more than once.") }
        guard !value.isEmpty, value.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
            throw .malformed("Content-Length is not a number.")
        }
        var length = 0
        for digit in value {
            let (tens, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isTooLargeNow else { throw .bodyTooLarge(limit: .max) }
            length = sum
        }
        framing = length == 0 ? .none : .length(length)
    }

    private mutating func readTransferEncoding(_ value: ArraySlice<UInt8>) throws(HTTPRefusal) {
        transferEncodings += 1
        guard !isHTTP10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
        guard transferEncodings == 1, equalsIgnoringCase(value, "chunked") else {
            throw .malformed("The only Transfer-Encoding taken is chunked, once.")
        }
        framing = .chunked
    }
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

extension ArraySlice<UInt8> {
    fileprivate func trimmingSuffix(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var end = endIndex
        while end > startIndex, predicate(self[end - 1]) { end -= 1 }
        return self[..<end]
    }
}
