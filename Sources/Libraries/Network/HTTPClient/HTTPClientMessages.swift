/// A field of a request's or response's head.
public struct HTTPField: Sendable, Hashable {
    /// The name; compared without regard to ASCII case by those who look for one.
    public var name: String
    /// The value, without white space around it.
    public var value: String

    /// A field of a name and a value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What to ask a server for.
public struct HTTPClientRequest: Sendable, Hashable {
    /// The method, as it is sent: `GET`.
    public var method: String
    /// `http://` or `https://`, host, port, path and query, percent-encoded; without user and password, which belong
    /// into a header.
    public var url: String
    /// The fields to send, beside those that the client writes itself: `Host`, `Accept`, and the body's length.
    public var headers: [HTTPField]
    /// What to send; empty for none.
    public var body: [UInt8]
    /// Whether it does no harm to send the request twice: then it may use a connection that the server may be about to
    /// close, and is sent once more when the connection breaks.
    public var isIdempotent: Bool

    /// - Parameter isIdempotent: nil: as RFC 9110, section 9.2.2, says for the method.
    public init(
        method: String = "GET", url: String, headers: [HTTPField] = [], body: [UInt8] = [], isIdempotent: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.isIdempotent = isIdempotent ?? ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method)
    }
}

/// What a server answered.
public struct HTTPClientResponse: Sendable, Hashable {
    /// The status code. Redirects are answers like others: they are not followed.
    public let status: Int
    /// The fields of the final answer's head, in the order they came.
    public let headers: [HTTPField]
    /// The body, as it was sent: nothing is decompressed.
    public let body: [UInt8]
    /// How long the server asks to wait before the next request (`Retry-After`, in seconds or as a date, RFC 9110,
    /// section 10.2.3); at most an hour, zero for what cannot be read. Nil when it does not say.
    public let retryAfter: Duration?

    /// The value of the first field of that name.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
