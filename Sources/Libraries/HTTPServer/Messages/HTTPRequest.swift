public import HTTPMessages
public import HTTPWire

/// A request whose head and body have come whole and were found well-formed.
public struct HTTPRequest: Sendable {
    /// The method; unknown ones are handed on as sent.
    public var method: HTTPMethod
    /// The target as sent, as in `/users/7/history?limit=5`.
    public var target: String
    /// The path with percent-encoding undone, as in `/users/7/history`. An encoded slash is a slash here; use
    /// `pathSegments` where that matters.
    public var path: String
    /// The query's names and values, decoded, in order.
    public var query: HTTPQuery
    /// The header fields, in order.
    public var headers: HTTPHeaders
    /// The body, whole; chunks are joined.
    public var body: [UInt8]
    /// Who is at the other end of the connection: the client or the nearest proxy.
    public var remoteAddress: HTTPAddress
    /// What is known of the connection the request came over.
    public var connection: HTTPConnectionInfo
    /// The number of the request on its connection, and what its handler leaves there.
    private let number: UInt64
    private let note: HandlerNote?

    /// Makes a request from its parts; for handlers' tests and for in-process calls. Fails where `target` is no
    /// valid request target.
    public init(
        method: HTTPMethod, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        remoteAddress: HTTPAddress = HTTPAddress(host: "127.0.0.1", port: 0),
        connection: HTTPConnectionInfo = HTTPConnectionInfo(isTLS: false)
    ) throws(HTTPTargetError) {
        let parsed = try RequestTarget(Array(target.utf8), method: method)
        self.method = method
        self.target = parsed.raw
        self.path = parsed.path
        self.query = parsed.query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.connection = connection
        number = 0
        note = nil
    }

    init(
        _ head: RequestHead, body: [UInt8], remoteAddress: HTTPAddress, connection: HTTPConnectionInfo, number: UInt64,
        note: HandlerNote?
    ) {
        method = head.method
        target = head.target.raw
        path = head.target.path
        query = head.target.query
        headers = head.headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.connection = connection
        self.number = number
        self.note = note
    }

    /// Leaves a note from which ``HTTPServerConfiguration/lateAnswer`` makes the answer if the handler does not return in
    /// time: what has happened until then would be known to nobody.
    ///
    /// The connection keeps the note until the next one; nil lets go of a large one. Nothing is kept for a request that did
    /// not come over a connection. Safe to call from any task.
    ///
    /// - Parameter note: Takes the place of the request's note before.
    /// - Returns: Whether the handler is still waited for. Otherwise its time was over before it has left a note: the
    ///   client was answered that nothing has happened, so that nothing should.
    @discardableResult
    public func leave(note: (any Sendable)?) -> Bool {
        self.note?.set(note, of: number) ?? true
    }

    /// The path's parts between slashes, each decoded by itself, so that an encoded slash stays within its part:
    /// `/a/b%2Fc` is `["a", "b/c"]`. Empty parts are kept, but for the one before the first slash.
    public var pathSegments: [String] {
        (try? RequestTarget(Array(target.utf8), method: method))?.segments ?? []
    }
}

/// What is known of the connection a request came over.
public struct HTTPConnectionInfo: Sendable, Hashable {
    /// Whether the server ended TLS on it.
    public var isTLS: Bool
    /// A number no other connection of the server has had, for logs.
    public var id: UInt64

    /// Describes a connection.
    public init(isTLS: Bool, id: UInt64 = 0) {
        self.isTLS = isTLS
        self.id = id
    }
}

/// A numeric host and a port.
public struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 or IPv6 address in text, without brackets.
    public var host: String
    /// The port; 0 asks the system for a free one.
    public var port: Int

    /// Pairs a host and a port.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
