public import HTTPMessages

/// What a client may use of the server's memory and time. Safe to share by all connections.
public final class RequestLimits: Sendable {
    /// How long the server waits for what, in nanoseconds. A time that would reach beyond the clock's end has none.
    public struct Times: Sendable, Hashable {
        /// From the start of a connection, or from the first byte of a later request, to the end of the head.
        public var head: Int64
        /// From the end of the head to the end of the body.
        public var body: Int64
        /// From the end of the body to the handler's answer.
        public var handler: Int64
        /// For the client to take each ``RequestLimits/writeBlock`` of an answer, or the time's share of less.
        public var write: Int64
        /// From the first byte of a request to the last one of its answer; it does not bound streams.
        public var whole: Int64
        /// From the end of an answer to the next request.
        public var idle: Int64
        /// How long a client that was refused may go on sending before it is cut off.
        public var linger: Int64

        /// Pairs all times.
        public init(
            head: Int64, body: Int64, handler: Int64, write: Int64, whole: Int64, idle: Int64,
            linger: Int64 = 2_000_000_000
        ) {
            self.head = head
            self.body = body
            self.handler = handler
            self.write = write
            self.whole = whole
            self.idle = idle
            self.linger = linger
        }
    }

    /// How many bytes of an answer a client has to take in one time.
    public static let writeBlock = 262_144
    /// How many bytes of what was refused are read and dropped, so that its sender comes to read the answer.
    public static let swallowedBytes = 1 << 20

    /// The most bytes of a request line and header fields together.
    public let maxHeaderBytes: Int
    /// The most header fields.
    public let maxHeaderFields: Int
    /// The most bytes of a body.
    public let maxBodyBytes: Int
    /// The most bytes of a body by method and decoded path, in place of ``maxBodyBytes``.
    public let bodyLimit: (@Sendable (HTTPMethod, String) -> Int)?
    /// How long the server waits for what.
    public let times: Times

    /// Pairs all bounds.
    public init(
        maxHeaderBytes: Int, maxHeaderFields: Int, maxBodyBytes: Int,
        bodyLimit: (@Sendable (HTTPMethod, String) -> Int)? = nil, times: Times
    ) {
        self.maxHeaderBytes = maxHeaderBytes
        self.maxHeaderFields = maxHeaderFields
        self.maxBodyBytes = maxBodyBytes
        self.bodyLimit = bodyLimit
        self.times = times
    }

    func bodyLimit(of head: RequestHead) -> Int {
        bodyLimit?(head.method, head.target.path) ?? maxBodyBytes
    }
}
