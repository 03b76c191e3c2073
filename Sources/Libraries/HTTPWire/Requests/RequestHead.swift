import Bytes
public import HTTPMessages

/// The head of a request: request line and header fields. A value, safe to hand to any task.
public struct RequestHead: Sendable, Hashable {
    /// How the length of the body is known (RFC 9112, section 6).
    public enum Framing: Sendable, Hashable {
        /// There is no body.
        case none
        /// The body has so many bytes, at least one.
        case length(Int)
        /// The body comes in chunks.
        case chunked
    }

    /// The method; any token is one.
    public let method: HTTPMethod
    /// The target, decoded.
    public let target: RequestTarget
    /// Whether the client speaks HTTP/1.0, which has neither chunks nor lasting connections unless it says so.
    public let isHTTP10: Bool
    /// The header fields, in their order.
    public let headers: HTTPHeaders
    /// How the length of the body is known.
    public let framing: Framing
    /// Whether the client wants to send another request over the connection.
    public let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    public let expectsContinue: Bool

    /// Reads a head strictly, by RFC 9110 and 9112: what two servers could read in two ways is refused, because that is
    /// how one client's request is smuggled into another's (RFC 9112, section 11.2).
    ///
    /// - Parameters:
    ///   - bytes: All lines, each with its CR LF, and the empty line at the end. A ``HeadScanner`` has seen them, so that
    ///     they hold no other control characters than tabs.
    ///   - maxFields: The most header fields.
    /// - Throws: ``HTTPRefusal``: malformed, a version other than 1.0 and 1.1, too many fields, a length that no
    ///   integer holds, an expectation other than `100-continue`.
    init(_ bytes: [UInt8], maxFields: Int) throws(HTTPRefusal) {
        let line = try RequestLine(bytes.span)
        method = line.methodName(bytes)
        isHTTP10 = line.isHTTP10
        do throws(HTTPTargetError) {
            target = try RequestTarget(bytes[line.target], method: method)
        } catch {
            throw .malformed(error.description)
        }
        var fields = FieldReader(bytes, isHTTP10: isHTTP10, maxFields: maxFields)
        try fields.read(bytes.span, from: line.end)
        headers = fields.headers
        framing = fields.framing
        keepsAlive = fields.keepsAlive
        expectsContinue = fields.expectsContinue
    }
}

/// Where the parts of a request line stand.
private struct RequestLine {
    let method: Range<Int>
    let target: Range<Int>
    let isHTTP10: Bool
    /// Behind the end of the line.
    let end: Int

    init(_ bytes: Span<UInt8>) throws(HTTPRefusal) {
        let space = UInt8(ascii: " ")
        var index = 0
        while ByteSet.token.contains(bytes[index]) { index += 1 }
        guard index > 0, bytes[index] == space else {
            throw .malformed(
                Self.hasThreeParts(bytes)
                    ? "The method is not a token." : "The request line is not a method, a target and a version.")
        }
        method = 0..<index
        let start = index + 1
        index = start
        while bytes[index] != space, bytes[index] != UInt8(ascii: "\r") { index += 1 }
        guard bytes[index] == space else {
            throw .malformed("The request line is not a method, a target and a version.")
        }
        target = start..<index
        isHTTP10 = try Self.version(bytes, from: index + 1) == UInt8(ascii: "0")
        end = index + 11
    }

    func methodName(_ bytes: [UInt8]) -> HTTPMethod {
        HTTPMethod(rawValue: String(decoding: bytes[method], as: UTF8.self))
    }

    /// The last digit of HTTP/1.0 or HTTP/1.1, which stands from `start` to the end of the line.
    private static func version(_ bytes: Span<UInt8>, from start: Int) throws(HTTPRefusal) -> UInt8 {
        let isHTTP =
            bytes.count > start + 8 && bytes[start + 8] == UInt8(ascii: "\r")
            && bytes[start] == UInt8(ascii: "H") && bytes[start + 1] == UInt8(ascii: "T")
            && bytes[start + 2] == UInt8(ascii: "T") && bytes[start + 3] == UInt8(ascii: "P")
            && bytes[start + 4] == UInt8(ascii: "/") && bytes[start + 6] == UInt8(ascii: ".")
        guard isHTTP, isDigit(bytes[start + 5]), isDigit(bytes[start + 7]) else { throw unknownVersion }
        guard bytes[start + 5] == UInt8(ascii: "1") else {
            throw HTTPRefusal(.unsupportedVersion, detail: "The server speaks HTTP/1.1 and HTTP/1.0.")
        }
        guard bytes[start + 7] <= UInt8(ascii: "1") else { throw unknownVersion }
        return bytes[start + 7]
    }

    private static var unknownVersion: HTTPRefusal { .malformed("The version is not HTTP/1.1 or HTTP/1.0.") }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func hasThreeParts(_ bytes: Span<UInt8>) -> Bool {
        var (index, spaces) = (0, 0)
        while bytes[index] != UInt8(ascii: "\r") {
            if bytes[index] == UInt8(ascii: " "), index > 0 { spaces += 1 }
            index += 1
        }
        return spaces >= 2
    }
}
