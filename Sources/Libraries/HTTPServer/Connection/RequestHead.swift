import Bytes
import HTTPMessages
/// What the head of a request says, gathered field by field, and whether it may be trusted.
///
/// libmicrohttpd reads leniently what two servers in a row could read in two ways; all of that is refused here, because
/// it is how one client's request is smuggled into another's (RFC 9112, section 11.2).
struct RequestHead {
    /// How the body is framed.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    let isHTTP10: Bool
    private(set) var headers = HTTPHeaders()
    private(set) var framing = Framing.none
    private(set) var problem: String?
    private var contentLengths = 0
    private var transferEncodings = 0
    private var hosts = 0

    /// Begins with a request line, whose version is as sent.
    init(method: UnsafeRawBufferPointer, version: UnsafeRawBufferPointer, size: Int) {
        isHTTP10 = version.elementsEqual("HTTP/1.0".utf8)
        headers.reserve(bytes: size, fields: 12)
        if !isToken(method) {
            problem = "The method is not a token."
        } else if !isHTTP10, !version.elementsEqual("HTTP/1.1".utf8) {
            problem = "The server speaks HTTP/1.1 and HTTP/1.0."
        }
    }

    /// Takes in the next field.
    mutating func take(name: UnsafeRawBufferPointer, value untrimmed: UnsafeRawBufferPointer) {
        let value = trimmed(untrimmed)
        guard isToken(name) else {
            problem = "The name of a header field is not a token."
            return
        }
        guard isFieldValue(value) else {
            problem = "The value of a header field holds a control character."
            return
        }
        switch name.count {
        case 4 where equalsIgnoringCase(name, "host"):
            takeHost(value)
        case 14 where equalsIgnoringCase(name, "content-length"):
            takeContentLength(value)
        case 17 where equalsIgnoringCase(name, "transfer-encoding"):
            // With blanks behind it the library does not know it, and would wait for the connection's end.
            takeTransferEncoding(untrimmed)
        default:
            break
        }
        headers.append(name: name, value: value)
    }

    /// Checks what can only be said of all fields together. Returns nil for a sound head.
    mutating func finish() -> String? {
        if problem == nil {
            if contentLengths > 1 {
                problem = "Content-Length is there more than once."
            } else if contentLengths > 0, transferEncodings > 0 {
                problem = "Content-Length and Transfer-Encoding are both there."
            } else if hosts > 1 || hosts == 0 && !isHTTP10 {
                problem = "There has to be one Host field."
            }
        }
        return problem
    }

    /// Printable ASCII without what ends or cuts a host in a URL.
    private static let hostBytes = ByteSet(
        UInt8(ascii: "!")...UInt8(ascii: "~"), except: #",/\?#@"#)

    private mutating func takeHost(_ value: UnsafeRawBufferPointer) {
        hosts += 1
        if !Self.hostBytes.containsAll(value) {
            problem = "The Host field is malformed."
        }
    }

    private mutating func takeContentLength(_ value: UnsafeRawBufferPointer) {
        contentLengths += 1
        var length = 0
        for digit in value {
            let (shifted, overflow) = length.multipliedReportingOverflow(by: 10)
            guard digit &- UInt8(ascii: "0") < 10, !overflow,
                let next = shifted.addingIfPossible(Int(digit - UInt8(ascii: "0")))
            else {
                problem = "Content-Length is not a number."
                return
            }
            length = next
        }
        if value.isEmpty {
            problem = "Content-Length is not a number."
        }
        framing = length == 0 ? .none : .length(length)
    }

    private mutating func takeTransferEncoding(_ value: UnsafeRawBufferPointer) {
        transferEncodings += 1
        framing = .chunked
        if isHTTP10 {
            problem = "HTTP/1.0 has no Transfer-Encoding."
        } else if transferEncodings > 1 || !equalsIgnoringCase(value, "chunked") {
            problem = "The only Transfer-Encoding taken is chunked."
        }
    }
}

extension Int {
    fileprivate func addingIfPossible(_ other: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}

/// Whether all bytes may be in a token (RFC 9110, section 5.6.2), and there are any.
func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && ByteSet.token.containsAll(bytes)
}

/// Whether all bytes may be in a field's value: no control characters but the tab.
func isFieldValue(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
}

/// Whether the bytes are a text given in lower case.
func equalsIgnoringCase(_ bytes: some Collection<UInt8>, _ text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
        bytes.count == text.count && zip(bytes, text).allSatisfy { lowercased($0) == $1 }
    }
}

/// An ASCII letter in lower case, any other byte as it is.
@inline(__always)
private func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}

private func trimmed(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var end = value.count
    while end > 0, value[end - 1] == UInt8(ascii: " ") || value[end - 1] == UInt8(ascii: "\t") {
        end -= 1
    }
    return UnsafeRawBufferPointer(rebasing: value[..<end])
}
