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
    init(_ bytes: ArraySlice<UInt8>, maxFields: Int) throws(HTTPRefusal) {
        var lines = LineReader(bytes)
        let (method, target, version) = try Self.requestLine(lines.next())
        self.method = method
        isHTTP10 = version == .http10
        do throws(HTTPTargetError) {
            self.target = try RequestTarget(target, method: method)
        } catch {
            throw .malformed(error.description)
        }
        var fields = FieldReader(isHTTP10: isHTTP10, maxFields: maxFields, size: bytes.count)
        while case let line = lines.next(), !line.isEmpty { try fields.read(line) }
        try fields.finish()
        headers = fields.headers
        framing = fields.framing
        keepsAlive = fields.keepsAlive
        expectsContinue = fields.expectsContinue
    }

    private enum Version {
        case http10, http11
    }

    private static func requestLine(
        _ line: ArraySlice<UInt8>
    ) throws(HTTPRefusal) -> (HTTPMethod, target: ArraySlice<UInt8>, Version) {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space),
            let second = line[(first + 1)...].firstIndex(of: space)
        else { throw .malformed("The request line is not a method, a target and a version.") }
        let (method, target, version) = (line[..<first], line[(first + 1)..<second], line[(second + 1)...])
        guard isToken(method) else { throw .malformed("The method is not a token.") }
        return (HTTPMethod(rawValue: String(decoding: method, as: UTF8.self)), target, try Self.version(version))
    }

    private static func version(_ text: ArraySlice<UInt8>) throws(HTTPRefusal) -> Version {
        if text.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if text.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
        guard text.count == 8, text.starts(with: "HTTP/".utf8), let major = text.dropFirst(5).first,
            digits.contains(major), text.dropFirst(6).first == UInt8(ascii: "."), text.last.map(digits.contains) == true,
            major != UInt8(ascii: "1")
        else { throw .malformed("The version is not HTTP/1.1 or HTTP/1.0.") }
        throw HTTPRefusal(.unsupportedVersion, detail: "The server speaks HTTP/1.1 and HTTP/1.0.")
    }
}

/// Gives the lines of a head one after the other, without their ends.
private struct LineReader {
    private let bytes: ArraySlice<UInt8>
    private var start: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        start = bytes.startIndex
    }

    /// The next line; an empty one at the end of the head.
    mutating func next() -> ArraySlice<UInt8> {
        let rest = bytes[start...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\r")) else { return rest[rest.endIndex...] }
        start = min(end + 2, bytes.endIndex)
        return rest[..<end]
    }
}

/// Whether all bytes may be in a token (RFC 9110, section 5.6.2), and there are any.
func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && ByteSet.token.containsAll(bytes)
}

/// Whether the bytes are a text that is given in lower case.
func equalsIgnoringCase(_ bytes: some Collection<UInt8>, _ text: String) -> Bool {
    let text = text.utf8
    return bytes.count == text.count && zip(bytes, text).allSatisfy { $0.lowercasedASCII == $1 }
}
