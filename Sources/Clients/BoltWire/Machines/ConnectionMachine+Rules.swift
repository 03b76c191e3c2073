// Which requests are allowed, by the state that the server will be in when it has done all that was sent.
extension ConnectionMachine {
    func require(_ wanted: Mode, _ name: String) throws(BoltWireError) {
        guard isOpen else { throw .notAllowed(name, hasEnded ? "the connection has ended" : "nobody is logged on") }
        guard !isFailed else {
            throw .notAllowed(
                name, "the server ignores it until a RESET\(reason.map { ", because of \($0.code)" } ?? "")")
        }
        guard mode == wanted else { throw .notAllowed(name, mode.phrase) }
    }

    /// Neo4j closes the connection when one of the requests that change the state reaches it behind a failure.
    func requireAnswers(_ name: String) throws(BoltWireError) {
        guard fallibleRequests == 0 else {
            throw .notAllowed(name, "\(stage) may be a failure, behind which the server would close the connection")
        }
    }

    /// A transaction whose results have all been asked for.
    func requireComplete(_ name: String) throws(BoltWireError) {
        try require(.transaction, name)
        guard results.allSatisfy(\.isEnding) else {
            throw .notAllowed(name, "a result has records left: DISCARD them first")
        }
    }

    /// Where the query's result stands in `results`, and how a demand names it to the server.
    func demand(
        _ name: String, _ query: RequestID, _ count: Int?
    ) throws(BoltWireError) -> (index: Int, demand: Request.Demand) {
        if mode != .transaction { try require(.streaming(query), name) } else { try require(.transaction, name) }
        guard query.number > lastReset, let index = results.firstIndex(where: { $0.query == query }) else {
            throw .notAllowed(name, "the query has no open result")
        }
        guard !results[index].isDemanded else { throw .notAllowed(name, "records of the query are under way") }
        // The last query needs no number, which is told in the answer to RUN.
        if query == lastQuery { return (index, Request.Demand(count: count)) }
        guard let queryID = results[index].queryID else {
            throw .notAllowed(name, "another query was sent behind this one, and RUN is not answered")
        }
        return (index, Request.Demand(count: count, queryID: queryID))
    }

    /// Enters a demand that was written.
    mutating func demanded(
        _ index: Int, _ kind: Pending.Kind, _ count: Int?, at now: ContinuousClock.Instant
    ) -> RequestID {
        results[index].isDemanded = true
        if count == nil {
            results[index].isEnding = true
            if case .streaming = mode { mode = .ready }
        }
        return add(kind, mayCommit: results[index].mayCommit, at: now)
    }
}

extension ConnectionMachine.Mode {
    fileprivate var phrase: String {
        switch self {
        case .authentication: "nobody is logged on"
        case .ready: "no transaction and no result is open"
        case .streaming: "the result of a query is open: PULL or DISCARD the rest first"
        case .transaction: "a transaction is open"
        }
    }
}

extension BoltWireError {
    static func notAllowed(_ name: String, _ reason: String) -> BoltWireError {
        BoltWireError(.notAllowed, "\(name) is not allowed now: \(reason)")
    }
}
