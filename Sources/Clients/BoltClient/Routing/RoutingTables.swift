import BoltWire

/// Which servers of a cluster serve which database. A value without I/O, with time as a parameter.
struct RoutingTables: Sendable {
    private struct Entry {
        var table: RoutingTable
        var expiry: ContinuousClock.Instant
        /// What the cluster named, whatever was found dead since.
        var named: [String]
    }

    /// By database; "" is the user's own.
    private var entries: [String: Entry] = [:]
    /// How long a table that nobody asks for is kept.
    private static let keptAfterExpiry: Duration = .seconds(30)

    /// The servers for a transaction; nil where the table has to be asked for: there is none, it has expired, or it has no
    /// server for this mode.
    func servers(
        for mode: TransactionOptions.Mode, of database: String, now: ContinuousClock.Instant
    ) -> [String]? {
        guard let entry = entries[database], now < entry.expiry else { return nil }
        let servers = mode == .read ? entry.table.readers : entry.table.writers
        return servers.isEmpty ? nil : servers
    }

    /// The servers that can be asked for a database's table, also an old one's.
    func routers(of database: String) -> [String] {
        entries[database]?.table.routers ?? []
    }

    /// All servers that the cluster named, for errors.
    func namedServers(of database: String) -> [String] { entries[database]?.named ?? [] }

    mutating func set(_ table: RoutingTable, of database: String, now: ContinuousClock.Instant) {
        entries = entries.filter { now < $1.expiry + Self.keptAfterExpiry }
        var seen: Set<String> = []
        let named = (table.writers + table.readers + table.routers).filter { seen.insert($0).inserted }
        entries[database] = Entry(table: table, expiry: now + table.timeToLive, named: named)
    }

    /// The server cannot be reached: no table names it any more.
    mutating func drop(_ server: String) {
        for database in entries.keys {
            entries[database]?.table.routers.removeAll { $0 == server }
            entries[database]?.table.readers.removeAll { $0 == server }
            entries[database]?.table.writers.removeAll { $0 == server }
        }
    }

    /// The server does not write for this database any more.
    mutating func dropWriter(_ server: String, of database: String) {
        entries[database]?.table.writers.removeAll { $0 == server }
    }
}
