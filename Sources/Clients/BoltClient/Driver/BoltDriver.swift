public import BoltWire
import Connections
public import EventLoops
import Network

/// A client of a server or of a cluster that speaks Bolt, such as Neo4j: pools of connections, routing, transactions that
/// are repeated where that helps.
///
/// ```swift
/// var configuration = try BoltURI.parse("neo4j://localhost")
/// configuration.authenticate(with: .basic(user: "neo4j", password: password))
/// let driver = BoltDriver(configuration)
/// let people = try await driver.execute("MATCH (p:Person) RETURN p.name AS name LIMIT $count", ["count": 10])
/// for person in people.records { print(person["name"] ?? .null) }
/// await driver.close()
/// ```
///
/// Nothing is connected before the first call. An actor on an event loop that it shares with its connections; safe to use
/// from any task.
public actor BoltDriver: EventLoopActor {
    /// The event loop that the driver and its connections run on.
    public nonisolated let executor: EventLoop
    /// What the driver was made with.
    public nonisolated let configuration: BoltConfiguration
    /// The configuration's endpoints by their names, which every call looks for.
    nonisolated let seeds: [(server: String, endpoint: ByteStream.Endpoint)]
    var pools: [String: ServerPool] = [:]
    var tables = RoutingTables()
    /// The tables that are being asked for, by database.
    var fetches: [String: Latch<BoltError?>] = [:]
    private(set) var isClosed = false

    /// Makes a driver, which connects when it is used.
    ///
    /// - Parameters:
    ///   - configuration: The servers, the login and the bounds.
    ///   - executor: The loop to run on; nil: one of its own, with a thread of its own.
    public init(_ configuration: BoltConfiguration, executor: EventLoop? = nil) {
        self.configuration = configuration
        seeds = configuration.endpoints.map { (ServerAddress.Host($0).description, $0) }
        self.executor = executor ?? EventLoop(label: "bolt")
    }

    /// Closes all connections, also those in use, whose callers are told. May be called several times.
    public func close() async {
        isClosed = true
        let open = Array(pools.values)
        pools = [:]
        for pool in open { await pool.close() }
    }

    /// Connects to a server that can serve a transaction with these options, as every call does.
    ///
    /// - Parameter options: The mode and the database.
    /// - Returns: What the server tells about itself.
    /// - Throws: ``BoltError``: why no server can be used.
    public func greeting(_ options: TransactionOptions = TransactionOptions()) async throws(BoltError) -> ServerGreeting
    {
        let (pool, lease) = try await acquire(for: options, until: .now + configuration.acquisitionTimeout)
        let greeting = await lease.connection.greeting
        await pool.giveBack(lease)
        guard let greeting else { throw BoltError(.connectionLost, "the connection to \(pool.server) has just ended") }
        return greeting
    }

    // MARK: Queries in transactions of their own

    /// Runs a query in a transaction of its own and keeps all of its records.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - options: What the server is told about the transaction.
    ///   - isIdempotent: Whether doing it twice does no harm: it is repeated then as a managed transaction is, also after a
    ///     loss of the connection that leaves the outcome open.
    ///   - count: How many records there may be.
    /// - Returns: The records.
    /// - Throws: ``BoltError``: what the server refuses, why no server can be used, or `.tooManyRecords`. After
    ///   ``BoltError/isOutcomeUnknown`` the query may have been done.
    @discardableResult
    public func execute(
        _ query: BoltQuery, _ options: TransactionOptions = TransactionOptions(), isIdempotent: Bool = false,
        atMost count: Int = 100_000
    ) async throws(BoltError) -> BoltRecords {
        guard isIdempotent else { return try await executeOnce(query, options, atMost: count) }
        return try await repeating(isIdempotent: true) { () throws(BoltError) in
            try await self.executeOnce(query, options, atMost: count)
        }
    }

    private func executeOnce(
        _ query: BoltQuery, _ options: TransactionOptions, atMost count: Int
    ) async throws(BoltError) -> BoltRecords {
        let fetchSize = configuration.fetchSize
        return try await withConnection(options) { connection throws(BoltError) in
            try await connection.execute(query, options, fetchSize: fetchSize, atMost: count)
        }
    }

    /// As ``execute(_:_:isIdempotent:atMost:)`` with a text and its parameters.
    @discardableResult
    public func execute(
        _ text: String, _ parameters: BoltMap = [:], _ options: TransactionOptions = TransactionOptions()
    ) async throws(BoltError) -> BoltRecords {
        try await execute(BoltQuery(text, parameters), options)
    }

    /// Runs a query in a transaction of its own and lends its result to a closure that reads it.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - options: What the server is told about the transaction.
    ///   - body: Reads the result; what it leaves is given up.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``BoltError`` as ``execute(_:_:isIdempotent:atMost:)``.
    public nonisolated(nonsending) func withResult<Success: Sendable>(
        of query: BoltQuery, _ options: TransactionOptions = TransactionOptions(mode: .read),
        _ body: nonisolated(nonsending) (BoltResult) async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let fetchSize = configuration.fetchSize
        return try await withConnection(options) { connection throws(BoltError) in
            let id = try await connection.start(query, options, fetchSize: fetchSize)
            return try await connection.lend(id, to: body)
        }
    }

    /// Runs queries in transactions of their own, on one connection, without waiting for one another's answers. A query
    /// that fails does not keep the later ones from being done.
    ///
    /// - Parameters:
    ///   - queries: The queries, which are done in this order, each at most once.
    ///   - options: What the server is told about each transaction.
    ///   - count: How many records each may have.
    /// - Returns: One outcome per query.
    /// - Throws: ``BoltError`` when the connection ends or no server can be used; which of the queries were done is not
    ///   known then.
    public func pipeline(
        _ queries: [BoltQuery], _ options: TransactionOptions = TransactionOptions(), atMost count: Int = 1_000
    ) async throws(BoltError) -> [Result<BoltRecords, BoltError>] {
        try await withConnection(options) { connection throws(BoltError) in
            try await connection.pipeline(queries, options, atMost: count)
        }
    }

    // MARK: Transactions

    /// Lends a transaction to a closure, and commits when that returns. When it throws, all is taken back; it is begun again
    /// where the error says that this may help (``BoltError/isRetriable``), for ``BoltConfiguration/retryTimeout``.
    ///
    /// - Parameters:
    ///   - options: What the server is told about the transaction.
    ///   - isIdempotent: Whether doing it twice does no harm: it is repeated then also when the answer to COMMIT was lost.
    ///   - body: May be called several times.
    /// - Returns: What `body` returned when its transaction was committed.
    /// - Throws: What `body` throws; ``BoltError``. After ``BoltError/isOutcomeUnknown`` it may have been committed.
    @discardableResult
    public nonisolated(nonsending) func transaction<Success: Sendable>(
        _ options: TransactionOptions = TransactionOptions(), isIdempotent: Bool = false,
        _ body: nonisolated(nonsending) (BoltTransaction) async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let configuration = configuration
        return try await repeating(isIdempotent: isIdempotent) { () throws(BoltError) in
            try await self.withConnection(options) { connection throws(BoltError) in
                try await connection.begin(options)
                let success = try await body(BoltTransaction(connection: connection, configuration: configuration))
                try await connection.ask { machine, now throws(BoltWireError) in try machine.commit(at: now) }
                return success
            }
        }
    }

    /// Runs one query in a transaction with BEGIN and COMMIT, all of which is sent at once: the server is waited for one
    /// time only. For queries that write; the records of others are dropped.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - options: What the server is told about the transaction.
    ///   - isIdempotent: Whether doing it twice does no harm: it is repeated then also when the answer to COMMIT was lost.
    /// - Returns: What the server told of the query, which was committed.
    /// - Throws: ``BoltError``; nothing was committed, but after ``BoltError/isOutcomeUnknown`` it may have been.
    @discardableResult
    public func transaction(
        _ query: BoltQuery, _ options: TransactionOptions = TransactionOptions(), isIdempotent: Bool = false
    ) async throws(BoltError) -> ResultSummary {
        try await repeating(isIdempotent: isIdempotent) { () throws(BoltError) in
            try await self.withConnection(options) { connection throws(BoltError) in
                try await connection.commit(query, options)
            }
        }
    }

    /// Lends a connection, and takes it back in whatever state.
    private nonisolated(nonsending) func withConnection<Success: Sendable>(
        _ options: TransactionOptions,
        _ body: nonisolated(nonsending) (BoltConnection) async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let (pool, lease) = try await acquire(for: options, until: .now + configuration.acquisitionTimeout)
        let result: Result<Success, BoltError>
        do throws(BoltError) { result = .success(try await body(lease.connection)) } catch { result = .failure(error) }
        await pool.giveBack(lease)
        if case .failure(let error) = result { await learn(from: error, of: pool, options) }
        return try result.get()
    }

    /// Repeats `body` where its error says that this may help, until the time is up.
    private nonisolated(nonsending) func repeating<Success: Sendable>(
        isIdempotent: Bool, _ body: nonisolated(nonsending) () async throws(BoltError) -> Success
    ) async throws(BoltError) -> Success {
        let deadline = ContinuousClock.now + configuration.retryTimeout
        var failures = 0
        while true {
            do throws(BoltError) {
                return try await body()
            } catch {
                failures += 1
                var generator = SystemRandomNumberGenerator()
                let delay = configuration.retryBackoff.delay(afterFailures: failures, using: &generator)
                guard configuration.isWorthRepeating(error, isIdempotent: isIdempotent), .now + delay < deadline,
                    !Task.isCancelled
                else { throw error }
                do { try await Task.sleep(for: delay) } catch { throw .cancelled }
            }
        }
    }
}

extension BoltConnection {
    /// Begins a transaction without waiting for the answer: should it be a failure, what follows is told of it.
    func begin(_ options: TransactionOptions) throws(BoltError) {
        let unheard = Once<Result<ConnectionEvent.Answer, BoltError>, Never>()
        try send(.answer(unheard)) { machine, now throws(BoltWireError) in try machine.begin(options, at: now) }
    }

    /// Sends BEGIN, a query and COMMIT. When one fails, the server ignores the others.
    func commit(_ query: BoltQuery, _ options: TransactionOptions) async throws(BoltError) -> ResultSummary {
        try begin(options)
        let id = try start(query, nil, fetchSize: nil)
        defer { forget(id) }
        // The last answer decides: the first failure is its reason, and the end of the connection leaves it open.
        try await ask { machine, now throws(BoltWireError) in try machine.commit(at: now) }
        return try await finish(id)
    }
}

extension BoltConfiguration {
    func isWorthRepeating(_ error: BoltError, isIdempotent: Bool) -> Bool {
        if error.isOutcomeUnknown, !isIdempotent { return false }
        return error.isRetriable || isRenewable && error.failure?.code == BoltFailure.tokenExpired
    }
}
