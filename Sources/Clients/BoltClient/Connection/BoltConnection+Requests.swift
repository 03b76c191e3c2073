import BoltWire
import Connections
import EventLoops

extension BoltConnection {
    typealias Ask = (inout ConnectionMachine, ContinuousClock.Instant) throws(BoltWireError) -> RequestID

    /// Sends a request, and waits for its answer.
    @discardableResult
    func ask(_ request: Ask) async throws(BoltError) -> ConnectionEvent.Answer {
        let once = Once<Result<ConnectionEvent.Answer, BoltError>, Never>()
        try send(.answer(once), request)
        return try await wait(for: once).get()
    }

    /// Sends a request that `waiter` hears of.
    @discardableResult
    func send(_ waiter: Waiter, _ request: Ask) throws(BoltError) -> RequestID {
        if let reason = life.reason { throw reason }
        let id: RequestID
        do throws(BoltWireError) { id = try request(&machine, .now) } catch { throw BoltError(error, with: server) }
        waiters[id] = waiter
        wakeWriter()
        return id
    }

    /// Waits, and ends the connection if the task is cancelled meanwhile.
    private func wait<Success: Sendable>(for once: Once<Success, Never>) async -> Success {
        await once.value { self.enterLater { $0.end(.cancelled) } }
    }

    // MARK: Results

    /// Sends a query, and asks for its first records; for all of them, page by page, where the caller collects them.
    ///
    /// - Returns: the result's name, until ``forget(_:)``.
    func start(
        _ query: BoltQuery, _ options: TransactionOptions?, fetchSize: Int?, collecting count: Int? = nil
    ) throws(BoltError) -> RequestID {
        let result = ResultState(fetchSize: fetchSize, collecting: count)
        let id = try send(.run(result)) { machine, now throws(BoltWireError) in
            try machine.run(query.text, options: options, at: now, parameters: query.parameters)
        }
        result.query = id
        results[id] = result
        result.hasMore = true
        pull(result)
        return id
    }

    /// Asks for more records where they are needed, and gives up what is too much.
    func pull(_ result: ResultState) {
        guard result.isLow, !result.isEnded, let query = result.query else { return }
        demand(result) { machine, now throws(BoltWireError) in
            if result.isTooLarge { return try machine.discard(of: query, at: now) }
            return try machine.pull(of: query, count: result.fetchSize, at: now)
        }
    }

    private func demand(_ result: ResultState, _ request: Ask) {
        result.isAsked = true
        result.hasMore = false
        do throws(BoltError) { try send(.records(result), request) } catch { result.finish(.failure(error)) }
    }

    private func result(_ id: RequestID) throws(BoltError) -> ResultState {
        if let result = results[id] { return result }
        throw life.reason
            ?? BoltError(.misuse, "the result is over: it was read outside of the closure that it was lent to")
    }

    /// The records that have come; waits for some. Empty at the end.
    func nextRecords(_ id: RequestID) async throws(BoltError) -> [[BoltValue]] {
        let result = try result(id)
        while true {
            let records = result.take()
            pull(result)
            if !records.isEmpty { return records }
            if let end = result.end {
                _ = try end.get()
                return []
            }
            await wait(for: result)
        }
    }

    /// The names of the result's fields; waits for them.
    func fields(of id: RequestID) async throws(BoltError) -> BoltFields {
        let result = try result(id)
        while true {
            if let fields = result.fields { return fields }
            if let end = result.end { _ = try end.get() }
            await wait(for: result)
        }
    }

    /// Gives up what is left, and waits for the end.
    func finish(_ id: RequestID) async throws(BoltError) -> ResultSummary {
        let result = try result(id)
        while true {
            _ = result.take()
            if let end = result.end { return try end.get() }
            if result.hasMore, !result.isAsked {
                demand(result) { machine, now throws(BoltWireError) in try machine.discard(of: id, at: now) }
            }
            await wait(for: result)
        }
    }

    /// Lets go of a result; what the server still sends of it is dropped.
    func forget(_ id: RequestID) {
        results[id] = nil
    }

    private func wait(for result: ResultState) async {
        if let once = result.newWait() { await wait(for: once) }
    }

    /// Runs a query, and keeps all of its records, up to a bound.
    func execute(
        _ query: BoltQuery, _ options: TransactionOptions?, fetchSize: Int, atMost count: Int
    ) async throws(BoltError) -> BoltRecords {
        let id = try start(query, options, fetchSize: fetchSize, collecting: count)
        defer { forget(id) }
        let result = try result(id)
        return try result.all(try await ended(result).get())
    }

    private func ended(_ result: ResultState) async -> Result<ResultSummary, BoltError> {
        while true {
            if let end = result.end { return end }
            await wait(for: result)
        }
    }

    // MARK: Pipelines

    /// Queries in transactions of their own, sent without waiting for one another's answers. When one fails, the server
    /// ignores what was sent behind it, and that is sent again: each query is done once at most, in order.
    ///
    /// - Returns: one outcome per query.
    func pipeline(
        _ queries: [BoltQuery], _ options: TransactionOptions, atMost count: Int
    ) async throws(BoltError) -> [Result<BoltRecords, BoltError>] {
        var outcomes: [Result<BoltRecords, BoltError>] = []
        outcomes.reserveCapacity(queries.count)
        var sent: [RequestID] = []
        while outcomes.count < queries.count {
            // Many at once: what is sent after each answer is a write of its own.
            if sent.count <= Self.pipelineDepth / 2 {
                let more = min(Self.pipelineDepth, queries.count - outcomes.count) - sent.count
                for _ in 0..<more {
                    let query = queries[outcomes.count + sent.count]
                    sent.append(try start(query, options, fetchSize: nil, collecting: count))
                }
            }
            // Nothing can be done before so many are answered: the task does not go on with each answer.
            _ = await ended(try result(sent[max(0, sent.count - 1 - Self.pipelineDepth / 2)]))
            while let id = sent.first, let result = results[id], let end = result.end {
                sent.removeFirst()
                forget(id)
                switch end {
                case .success(let summary):
                    outcomes.append(Result { () throws(BoltError) in try result.all(summary) })
                case .failure(let error):
                    outcomes.append(.failure(error))
                    if life.reason != nil { throw error }
                    for id in sent { forget(id) }
                    sent = []
                    // The server has answered this one; the others it ignores, whatever they are.
                    if machine.isFailed {
                        try await ask { machine, now throws(BoltWireError) in try machine.reset(at: now) }
                    }
                }
            }
        }
        return outcomes
    }

    /// Whether so much is under way that nobody waits for the next answer alone.
    var isPatient: Bool { machine.unansweredRequests >= Self.pipelineDepth }

    /// Neo4j reads no further at 300 waiting messages; a query is two.
    private static let pipelineDepth = 100
}
