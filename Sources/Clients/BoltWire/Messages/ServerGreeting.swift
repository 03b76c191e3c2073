/// What a server tells when a client has logged on. A value; safe to use from any thread.
public struct ServerGreeting: Sendable, Hashable {
    /// The negotiated version.
    public let version: BoltVersion
    /// The product, such as `Neo4j/5.26.0`. Others name Neo4j as well and say `compatible`.
    public var agent: String
    /// The server's name of this connection, which its logs show.
    public var connectionID: String
    /// How long the server is silent at most while it works on a request, by its own account; nil where it does not say.
    /// It counts while an answer is awaited only.
    public var receiveTimeout: Duration?
    /// Whether the server wants TELEMETRY.
    public var wantsTelemetry: Bool
    /// Whether the server passes requests on to others by itself (server-side routing, 5.8).
    public var routesByItself: Bool
    /// Whether date-times are counted on UTC on a connection of 4.4; always so later.
    public var countsOnUTC: Bool
    /// The address at which the server believes to be reached (5.8). It may be wrong for this client.
    public var advertisedAddress: String?
    /// All that HELLO was answered with.
    public var metadata: BoltMap

    init(_ metadata: BoltMap, _ version: BoltVersion) {
        self.version = version
        agent = metadata["server"]?.string ?? ""
        connectionID = metadata["connection_id"]?.string ?? ""
        let hints = metadata["hints"]?.map ?? [:]
        // A hint that makes no sense is none. A day is as good as for ever, and cannot overflow.
        receiveTimeout = hints["connection.recv_timeout_seconds"]?.integer.flatMap { seconds in
            seconds > 0 ? .seconds(min(seconds, 86_400)) : nil
        }
        wantsTelemetry = hints["telemetry.enabled"] == true
        routesByItself = hints["ssr.enabled"] == true
        countsOnUTC = version >= BoltVersion(5, 0) || metadata["patch_bolt"]?.list?.contains("utc") == true
        self.metadata = metadata
    }
}
