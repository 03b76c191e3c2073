public import HTTPMessages

/// What to ask a server for.
///
/// Nothing is checked here: ``HTTPClient/send(_:timeout:)`` throws `.failed` for a request that cannot be sent as it
/// stands. A value type: safe to hand to any task.
public struct HTTPClientRequest: Sendable, Hashable {
    /// The method, a token of at most 32 bytes.
    public var method: HTTPMethod
    /// `http://` or `https://`, host, port, path and query, percent-encoded; without user and password, which belong
    /// into a header.
    public var url: String
    /// The fields to send, beside those that the client writes itself: `Host`, `Accept`, and the body's length. Names are
    /// tokens, values free of control characters; `Content-Length`, `Transfer-Encoding` and `Expect` are refused.
    public var headers: HTTPHeaders
    /// What to send; empty for no body. A HEAD request cannot have one.
    public var body: [UInt8]
    /// Whether it does no harm to send the request twice: then it may use a connection that the server may be about to
    /// close, and is sent once more when the connection breaks.
    public var isIdempotent: Bool

    /// A request, by default a GET without fields and body.
    ///
    /// - Parameters:
    ///   - method: what to do.
    ///   - url: the address.
    ///   - headers: the fields to send.
    ///   - body: the bytes to send.
    ///   - isIdempotent: nil for what `HTTPMethod.isIdempotent` says of the method. Say true for a POST that only reads,
    ///     such as a search.
    public init(
        method: HTTPMethod = .get, url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        isIdempotent: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.isIdempotent = isIdempotent ?? method.isIdempotent
    }
}
