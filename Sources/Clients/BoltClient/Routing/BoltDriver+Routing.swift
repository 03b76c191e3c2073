import BoltWire
import Connections
import EventLoops
import Network

/// Which server a call goes to.
extension BoltDriver {
    /// A connection for a transaction, and the pool to give it back to.
    func acquire(
        for options: TransactionOptions, until deadline: ContinuousClock.Instant
    ) async throws(BoltError) -> (pool: ServerPool, lease: ServerPool.Lease) {
        guard case .table = configuration.routing else {
            return try await acquireFromSeed(until: deadline)
        }
        let database = options.database ?? ""
        var last: BoltError?
        // Each server of two tables may fail; a cluster names a few.
        for _ in 0..<Self.mostTables {
            let servers = try await servers(for: options, until: deadline)
            for server in await byLoad(servers) {
                let pool = try pool(named: server)
                do throws(BoltError) {
                    return (pool, try await pool.acquire(until: deadline))
                } catch {
                    guard error.code == .unreachable || error.code == .connectionLost || error.code == .timedOut else {
                        throw error
                    }
                    last = error
                    // Too few connections are no fault of the server, which stays in the table.
                    if error.code == .timedOut, await pool.isServing {
                        if .now >= deadline { throw error }
                        continue
                    }
                    tables.drop(server)
                }
            }
        }
        throw unreachable(database, last)
    }

    private static var mostTables: Int { 2 }

    /// A connection to the first of the configuration's servers that answers.
    private func acquireFromSeed(
        until deadline: ContinuousClock.Instant
    ) async throws(BoltError) -> (pool: ServerPool, lease: ServerPool.Lease) {
        var last = BoltError(.invalidURI, "no server to connect to")
        for seed in seeds {
            let pool = try pool(named: seed.server, seed.endpoint)
            do throws(BoltError) {
                return (pool, try await pool.acquire(until: deadline))
            } catch {
                last = error
                if error.code == .closed { break }
            }
        }
        throw last
    }

    /// The server that works least comes first.
    private func byLoad(_ servers: [String]) async -> [String] {
        var loads: [(server: String, load: Int)] = []
        for server in servers { loads.append((server, await pools[server]?.load ?? 0)) }
        return loads.sorted { $0.load < $1.load }.map(\.server)
    }

    private func unreachable(_ database: String, _ last: BoltError?) -> BoltError {
        let name = database.isEmpty ? "the default database" : "database \(database)"
        let known = tables.namedServers(of: database)
        let reason = last.map { ": \($0.message)" } ?? ""
        return BoltError(
            .noServer,
            """
            no server for \(name) can be reached\(reason). The cluster names \
            \(known.isEmpty ? "none" : known.joined(separator: ", ")); if these addresses are not reachable from here, as \
            behind Docker, a tunnel or a proxy, use bolt:// in place of neo4j://
            """)
    }

    // MARK: Tables

    private func servers(
        for options: TransactionOptions, until deadline: ContinuousClock.Instant
    ) async throws(BoltError) -> [String] {
        let database = options.database ?? ""
        if let servers = tables.servers(for: options.mode, of: database, now: .now) { return servers }
        try await refresh(options, until: deadline)
        if let servers = tables.servers(for: options.mode, of: database, now: .now) { return servers }
        let role = options.mode == .read ? "reads" : "writes"
        throw BoltError(
            .noServer, "the cluster has no server that \(role) at the moment: it may be choosing its leader")
    }

    /// Asks for the table, once for all who want it at the same time.
    private func refresh(_ options: TransactionOptions, until deadline: ContinuousClock.Instant) async throws(BoltError)
    {
        let database = options.database ?? ""
        let fetch = fetches[database] ?? startFetch(options, until: deadline)
        guard let failure = await fetch.wait() else { throw .cancelled }
        if let failure { throw failure }
    }

    /// A task of its own: the caller who came first may be cancelled, and the others want the table still.
    private func startFetch(_ options: TransactionOptions, until deadline: ContinuousClock.Instant) -> Latch<BoltError?>
    {
        let database = options.database ?? ""
        let fetch = Latch<BoltError?>()
        fetches[database] = fetch
        Task {
            var failure: BoltError?
            do throws(BoltError) { try await fetchTable(options, until: deadline) } catch { failure = error }
            fetches[database] = nil
            fetch.set(failure)
        }
        return fetch
    }

    private func fetchTable(_ options: TransactionOptions, until deadline: ContinuousClock.Instant)
        async throws(BoltError)
    {
        let database = options.database ?? ""
        var last: BoltError?
        var asked: Set<String> = []
        // The seeds at last: the cluster may have moved away from all that it named.
        for server in tables.routers(of: database) + seeds.map(\.server) where asked.insert(server).inserted {
            do throws(BoltError) {
                let table = try await table(from: server, options, until: deadline)
                guard !table.routers.isEmpty else { continue }
                return tables.set(table, of: database, now: .now)
            } catch {
                if error.isFatalForRouting { throw error }
                last = error
                if error.code == .timedOut, let pool = try? pool(named: server), await pool.isServing { continue }
                tables.drop(server)
            }
        }
        throw unreachable(database, last)
    }

    private func table(
        from server: String, _ options: TransactionOptions, until deadline: ContinuousClock.Instant
    ) async throws(BoltError) -> RoutingTable {
        let pool = try pool(named: server)
        let lease = try await pool.acquire(until: deadline)
        let route = Request.Route(
            routing: configuration.routingContext(for: server) ?? [:], bookmarks: options.bookmarks,
            database: options.database, impersonatedUser: options.impersonatedUser)
        let answer: Result<ConnectionEvent.Answer, BoltError>
        do throws(BoltError) {
            answer = .success(
                try await lease.connection.ask { machine, now throws(BoltWireError) in try machine.route(route, at: now)
                })
        } catch {
            answer = .failure(error)
        }
        await pool.giveBack(lease)
        if case .failure(let error) = answer { await learn(from: error, of: pool, options) }
        guard case .table(let table) = try answer.get() else {
            throw BoltError(.protocolViolation, "\(server) answers ROUTE with something else")
        }
        return table
    }

    // MARK: Pools

    private func pool(named server: String) throws(BoltError) -> ServerPool {
        if let pool = pools[server] { return pool }
        // The address of a table is a host and a port, as in a URI.
        guard let host = try? ServerAddress("bolt://\(server)", schemes: BoltURI.schemes).hosts.first else {
            throw BoltError(.protocolViolation, "the routing table names an address that cannot be read: \(server)")
        }
        let endpoint = ByteStream.Endpoint(host: host.name, port: host.port, tls: configuration.endpoints.first?.tls)
        return try pool(named: ServerAddress.Host(endpoint).description, endpoint)
    }

    private func pool(named server: String, _ endpoint: ByteStream.Endpoint) throws(BoltError) -> ServerPool {
        if isClosed { throw .driverClosed }
        if let pool = pools[server] { return pool }
        let pool = ServerPool(endpoint, configuration, executor: executor)
        pools[server] = pool
        return pool
    }

    /// Learns from an error: which server is to be asked no more, and which logins are over.
    func learn(from error: BoltError, of pool: ServerPool, _ options: TransactionOptions) async {
        switch error.failure?.code {
        case BoltFailure.authorizationExpired?, BoltFailure.tokenExpired?: await pool.retire()
        case BoltFailure.databaseUnavailable?: tables.drop(pool.server)
        case nil where error.code == .connectionLost || error.code == .timedOut: tables.drop(pool.server)
        default: if error.failure?.isWrongServer == true { tables.dropWriter(pool.server, of: options.database ?? "") }
        }
    }
}

extension BoltError {
    /// Whether no other server would answer ROUTE differently.
    var isFatalForRouting: Bool {
        guard let code = failure?.code else { return self.code == .closed || self.code == .misuse }
        if code.hasPrefix("Neo.ClientError.Security.") { return code != BoltFailure.authorizationExpired }
        return Self.fatalForRouting.contains(code)
    }

    private static let fatalForRouting: Set = [
        "Neo.ClientError.Database.DatabaseNotFound", "Neo.ClientError.Transaction.InvalidBookmark",
        "Neo.ClientError.Transaction.InvalidBookmarkMixture", "Neo.ClientError.Statement.TypeError",
        "Neo.ClientError.Statement.ArgumentError", "Neo.ClientError.Request.Invalid",
    ]
}
