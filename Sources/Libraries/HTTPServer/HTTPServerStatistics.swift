/// What a server has done and holds.
public struct HTTPServerStatistics: Sendable, Hashable {
    /// Connections open now.
    public var openConnections = 0
    /// Connections accepted since the start.
    public var acceptedConnections = 0
    /// Connections refused, for their number or their address's.
    public var refusedConnections = 0
    /// Requests a handler has answered.
    public var servedRequests = 0
    /// Requests the server has answered by itself, or closed, without a handler's answer.
    public var refusedRequests = 0
    /// Handlers under way, those included that were given up by timeout.
    public var runningHandlers = 0
    /// Bytes of requests in memory: bodies, and what clients have sent ahead.
    public var bufferedBodyBytes = 0
    /// Bytes of answers that wait for their clients; a stream that waits counts with its buffer, too.
    public var bufferedAnswerBytes = 0
    /// Streams being written.
    public var openStreams = 0

    /// All zero.
    public init() {}
}
