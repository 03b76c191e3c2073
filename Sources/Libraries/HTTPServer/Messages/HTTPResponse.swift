public import HTTPMessages

/// A handler's answer.
///
/// The server adds `Date` where it is missing, `Content-Length` or `Transfer-Encoding`, and `Connection` where needed; fields
/// of the last three names that are set here are left out, except `Connection: close`, which ends the connection. A field
/// whose value is empty is left out, too. An answer that HTTP cannot carry (a status outside 200 ... 599, a name that is
/// not a token, a control character in a value) becomes a 500.
public struct HTTPResponse: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// Nothing.
        case empty
        /// These bytes; `Content-Length` is theirs.
        case bytes([UInt8])
        /// What a producer writes, as chunks.
        case stream(HTTPBodyStream)
    }

    /// The status.
    public var status: HTTPStatus
    /// The header fields, in order.
    public var headers: HTTPHeaders
    /// The body. With HEAD only its length is sent; a stream's producer is not started, and the connection closed.
    public var body: Body

    /// Makes an answer from its parts.
    public init(status: HTTPStatus = .ok, headers: HTTPHeaders = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, headers: textHeaders, body: .bytes(Array(text.utf8)))
    }

    /// JSON that is encoded already.
    public static func json(_ bytes: [UInt8], status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, headers: jsonHeaders, body: .bytes(bytes))
    }

    private static let textHeaders: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8"]
    private static let jsonHeaders: HTTPHeaders = ["Content-Type": "application/json"]
}

extension HTTPResponse.Body {
    /// All bytes, also those of a stream, for callers in the same process.
    package func whole() async throws -> [UInt8] {
        switch self {
        case .empty: return []
        case .bytes(let bytes): return bytes
        case .stream(let stream):
            let pipe = BodyPipe(capacity: .max) {}
            try await stream.produce(HTTPBodyWriter(pipe: pipe))
            var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
            while case .bytes(let count) = block.withUnsafeMutableBytes({ pipe.read(into: $0) }) {
                bytes += block[..<count]
            }
            return bytes
        }
    }
}
