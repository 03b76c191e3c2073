import Bytes

// Requests. Each is written, unless it is refused; then nothing is.
extension ConnectionMachine {
    /// Logs the user off, to log on another; or the same one again, whose token is about to expire.
    ///
    /// - Parameter now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError``: ``BoltWireError/Code/notAllowed`` within a transaction or result, and while an answer
    ///   that may be a failure is awaited; ``BoltWireError/Code/notEncodable`` before 5.1.
    public mutating func logoff(at now: ContinuousClock.Instant) throws(BoltWireError) -> RequestID {
        try require(.ready, "LOGOFF")
        try requireAnswers("LOGOFF")
        try encoder.request(.logoff)
        mode = .authentication
        return add(.logoff, at: now)
    }

    /// Logs a user on, after ``logoff(at:)``; without waiting for its answer, if that suits.
    ///
    /// - Parameters:
    ///   - authentication: Who the client is.
    ///   - now: The time.
    /// - Returns: The request. If it fails, the connection is of no use any more.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``) while somebody is logged on.
    public mutating func logon(
        _ authentication: Authentication, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        try require(.authentication, "LOGON")
        try encoder.request(.logon(authentication))
        mode = .ready
        return add(.logon, at: now)
    }

    /// Tells which of its ways to run queries the client uses, where the server wants to know.
    ///
    /// - Parameters:
    ///   - api: The way.
    ///   - now: The time.
    /// - Returns: The request; nil where the server does not want to know, and nothing was written.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``) within a transaction or result.
    public mutating func telemetry(
        _ api: Request.TelemetryAPI, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID? {
        try require(.ready, "TELEMETRY")
        guard greeting?.wantsTelemetry == true, encoder.version.hasTelemetry else { return nil }
        try encoder.request(.telemetry(api))
        return add(.telemetry, at: now)
    }

    /// Asks for the servers of a cluster.
    ///
    /// - Parameters:
    ///   - route: What is asked.
    ///   - now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``) within a transaction or result.
    public mutating func route(
        _ route: Request.Route, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        try require(.ready, "ROUTE")
        try encoder.request(.route(route))
        return add(.route, at: now)
    }

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - options: What the server is told about the transaction.
    ///   - now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError``: ``BoltWireError/Code/notAllowed`` within a transaction or result, and while an answer
    ///   that may be a failure is awaited; ``BoltWireError/Code/notEncodable`` for metadata that cannot be written.
    public mutating func begin(
        _ options: TransactionOptions = TransactionOptions(), at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        try require(.ready, "BEGIN")
        try requireAnswers("BEGIN")
        try encoder.request(.begin(options))
        mode = .transaction
        return add(.begin, at: now)
    }

    /// Runs a query, in the transaction that is open, or else in one of its own.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - options: The query's own transaction; nil within an open one, and for one with defaults.
    ///   - now: The time.
    ///   - parameters: Writes exactly one value, which is a map.
    /// - Returns: The request, which ``pull(of:count:at:)`` and ``discard(of:count:at:)`` name.
    /// - Throws: ``BoltWireError``: ``BoltWireError/Code/notAllowed`` while the result of a query in a transaction of its own
    ///   is open, or for options within an open transaction; ``BoltWireError/Code/notEncodable`` for parameters that cannot
    ///   be written.
    public mutating func run(
        _ query: String, options: TransactionOptions? = nil, at now: ContinuousClock.Instant,
        parameters: (inout PackStreamWriter) -> Void = { $0.map(count: 0) }
    ) throws(BoltWireError) -> RequestID {
        let isWithin = mode == .transaction
        try require(isWithin ? .transaction : .ready, "RUN")
        guard !isWithin || options == nil else {
            throw .notAllowed("RUN", "options belong to the BEGIN of its transaction")
        }
        try encoder.run(query, options: isWithin ? nil : options ?? TransactionOptions(), parameters: parameters)
        let mayCommit = !isWithin && options?.mode != .read
        let id = add(.run, mayCommit: mayCommit, at: now)
        results.append(OpenResult(query: id, mayCommit: mayCommit))
        lastQuery = id
        if !isWithin { mode = .streaming(id) }
        return id
    }

    /// Asks for records.
    ///
    /// - Parameters:
    ///   - query: The query, by its RUN, which need not be answered.
    ///   - count: How many records at most, at least one; nil for all.
    ///   - now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError``: ``BoltWireError/Code/notAllowed`` when the query has no open result, records of it are under
    ///   way, or it is not the last one and its RUN is not answered; ``BoltWireError/Code/notEncodable`` for a count below
    ///   one.
    public mutating func pull(
        of query: RequestID, count: Int? = nil, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        let (index, demand) = try demand("PULL", query, count)
        try encoder.request(.pull(demand))
        return demanded(index, .pull(of: query, count: count), count, at: now)
    }

    /// Gives records up.
    ///
    /// - Parameters:
    ///   - query: The query, by its RUN, which need not be answered.
    ///   - count: How many records at most, at least one; nil for all.
    ///   - now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError``, as ``pull(of:count:at:)`` does.
    public mutating func discard(
        of query: RequestID, count: Int? = nil, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        let (index, demand) = try demand("DISCARD", query, count)
        try encoder.request(.discard(demand))
        return demanded(index, .discard(of: query, count: count), count, at: now)
    }

    /// Commits the transaction.
    ///
    /// - Parameter now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``) without a transaction, and while a result has records
    ///   that nobody asked for: Neo4j would drop them, other servers refuse it.
    public mutating func commit(at now: ContinuousClock.Instant) throws(BoltWireError) -> RequestID {
        try requireComplete("COMMIT")
        try encoder.request(.commit)
        mode = .ready
        return add(.commit, mayCommit: true, at: now)
    }

    /// Takes the transaction back.
    ///
    /// - Parameter now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``), as ``commit(at:)`` does.
    public mutating func rollback(at now: ContinuousClock.Instant) throws(BoltWireError) -> RequestID {
        try requireComplete("ROLLBACK")
        try encoder.request(.rollback)
        mode = .ready
        return add(.rollback, at: now)
    }

    /// Makes the connection usable after a failure, or takes back all that is under way.
    ///
    /// - Parameters:
    ///   - isCancelling: Whether requests that are not answered may be cancelled: a RESET overtakes them. Without it, a RESET
    ///     is refused while an answer counts that has not come.
    ///   - now: The time.
    /// - Returns: The request.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notAllowed``) before the client is logged on, and for a RESET that
    ///   would cancel what it must not.
    public mutating func reset(
        cancelling isCancelling: Bool = false, at now: ContinuousClock.Instant
    ) throws(BoltWireError) -> RequestID {
        guard isOpen, mode != .authentication else { throw .notAllowed("RESET", "nobody is logged on") }
        guard isCancelling || isFailed || pending.isEmpty else {
            throw .notAllowed("RESET", "it would cancel \(pending.count) requests whose answers count")
        }
        try encoder.request(.reset)
        let id = add(.reset, at: now)
        lastReset = id.number
        mode = .ready
        isFailed = false
        return id
    }

    /// Says that the client goes. Nothing may be sent behind it; what is under way is not heard any more.
    public mutating func goodbye() {
        guard isOpen || phase == .greeting else {
            phase = .ended
            return
        }
        // It has no values that could not be written.
        try? encoder.request(.goodbye)
        phase = .ended
    }
}
