public import HTTPMessages

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

    /// Makes a request from its parts; for handlers' tests and for in-process calls. Fails where `target` is no
    /// valid request target.
    public init(
        method: HTTPMethod, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        remoteAddress: HTTPAddress = HTTPAddress(host: "127.0.0.1", port: 0),
        connection: HTTPConnectionInfo = HTTPConnectionInfo(isTLS: false)
    ) throws(HTTPTargetError) {
        let parsed = try RequestTarget(Array(target.utf8), method: method)
        self.init(
            method: method, target: parsed, headers: headers, body: body, remoteAddress: remoteAddress,
            connection: connection)
    }

    init(
        method: HTTPMethod, target: RequestTarget, headers: HTTPHeaders, body: [UInt8], remoteAddress: HTTPAddress,
        connection: HTTPConnectionInfo
    ) {
        self.method = method
        self.target = target.raw
        self.path = target.path
        self.query = target.query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.connection = connection
    }

    /// The path's parts between slashes, each decoded by itself, so that an encoded slash stays within its part:
    /// `/a/b%2Fc` is `["a", "b/c"]`. Empty parts are kept, but for the one before the first slash.
    public var pathSegments: [String] {
        RequestTarget.segments(ofRawTarget: Array(target.utf8))
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

/// The decoded names and values of a query, in order; names may repeat.
public struct HTTPQuery: Sendable, Hashable, RandomAccessCollection {
    /// One `name=value`; the value is empty where there was no `=`.
    public struct Item: Sendable, Hashable {
        /// The decoded name.
        public var name: String
        /// The decoded value.
        public var value: String

        /// Pairs a name and a value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var items: [Item]

    /// Holds the items given.
    public init(_ items: [Item] = []) {
        self.items = items
    }

    /// 0
    public var startIndex: Int { 0 }
    /// The number of items.
    public var endIndex: Int { items.count }
    /// The item at a position.
    public subscript(position: Int) -> Item { items[position] }
    /// The first value of `name`; names are case-sensitive.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }
    /// Every value of `name`, in order.
    public func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
