/// Which servers of a cluster serve a database. A value; safe to use from any thread.
///
/// A table without readers or writers is one: a cluster that elects its leader has no writer for a while.
public struct RoutingTable: Sendable, Hashable {
    /// How long the table may be used.
    public var timeToLive: Duration
    /// The database; nil where the server does not say.
    public var database: String?
    /// Servers that give tables, as `host:port`, in the server's order.
    public var routers: [String]
    /// Servers for reading.
    public var readers: [String]
    /// Servers for writing.
    public var writers: [String]

    /// Reads the answer to ROUTE. A role that is not known is skipped.
    init(_ metadata: BoltMap) throws(BoltWireError) {
        guard let table = metadata["rt"]?.map, let seconds = table["ttl"]?.integer, let servers = table["servers"]?.list
        else { throw .malformed("ROUTE was answered without a table") }
        timeToLive = .seconds(max(0, min(seconds, 86_400 * 365)))
        database = table["db"]?.string
        (routers, readers, writers) = ([], [], [])
        for server in servers {
            guard let role = server.map?["role"]?.string, let list = server.map?["addresses"]?.list else {
                throw .malformed("a routing table with a server without role or addresses")
            }
            let addresses = list.compactMap(\.string)
            guard addresses.count == list.count else { throw .malformed("a routing table with an address of no text") }
            switch role {
            case "ROUTE": routers += addresses
            case "READ": readers += addresses
            case "WRITE": writers += addresses
            default: break
            }
        }
    }
}
