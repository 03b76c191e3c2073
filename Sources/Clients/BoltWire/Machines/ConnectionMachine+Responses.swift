import Bytes

// What a server's messages mean.
extension ConnectionMachine {
    mutating func event(_ response: Response) throws(BoltWireError) -> ConnectionEvent? {
        guard let request = pending.first else { throw .unexpected(response, "no request") }
        let event: ConnectionEvent?
        switch response {
        case .record(let values): return try record(values, request)
        case .success(let metadata): event = try succeeded(request, metadata)
        case .failure(let failure): event = try failed(request, failure)
        case .ignored: event = try ignored(request)
        }
        // An answer that is an error is none: the request is told by `end()`.
        _ = pending.popFirst()
        if request.kind.mayFail { fallibleRequests -= 1 }
        recordsReceived = 0
        return event
    }

    private mutating func record(_ values: [BoltValue], _ request: Pending) throws(BoltWireError) -> ConnectionEvent {
        guard case .pull(let query, let count) = request.kind, !isIgnoring(request),
            let fieldCount = results.first(where: { $0.query == query })?.fieldCount
        else { throw .unexpected(.record([]), request.kind.name) }
        recordsReceived += 1
        if let count, recordsReceived > count {
            throw BoltWireError(.unexpected, "more records than the \(count) that were asked for")
        }
        guard values.count == fieldCount else {
            throw .malformed("a record of \(values.count) values in a result of \(fieldCount) fields")
        }
        return .record(values, of: request.id)
    }

    /// Whether the server must not have looked at a request: an earlier one failed, and the RESET for that comes later.
    private func isIgnoring(_ request: Pending) -> Bool {
        reason != nil || isFailed && request.id.number > lastReset
    }

    private mutating func succeeded(
        _ request: Pending, _ metadata: BoltMap
    ) throws(BoltWireError) -> ConnectionEvent? {
        guard !isIgnoring(request) || request.kind == .reset else {
            throw .unexpected(.success(metadata), "\(request.kind.name) behind a failure")
        }
        switch request.kind {
        case .hello:
            let greeting = ServerGreeting(metadata, encoder.version)
            self.greeting = greeting
            encoder.dialect = PackStreamDialect(encoder.version, isPatched: greeting.countsOnUTC)
            return encoder.version.hasLogon ? nil : open(greeting)
        case .logon:
            if phase == .greeting, var greeting {
                greeting.advertisedAddress = metadata["advertised_address"]?.string
                return open(greeting)
            }
            return .succeeded(request.id, .done)
        case .logoff, .telemetry, .rollback: return .succeeded(request.id, .done)
        case .route: return .succeeded(request.id, .table(try RoutingTable(metadata)))
        case .begin: return .succeeded(request.id, .begun(database: metadata["db"]?.string))
        case .commit: return .succeeded(request.id, .committed(bookmark: metadata["bookmark"]?.string))
        case .run:
            let summary = try RunSummary(metadata)
            if let index = results.firstIndex(where: { $0.query == request.id }) {
                results[index].queryID = summary.queryID
                results[index].fieldCount = summary.fields.count
            }
            return .succeeded(request.id, .running(summary))
        case .pull(let query, let count), .discard(let query, let count):
            return .succeeded(request.id, .result(try resultEnded(query, count, ResultSummary(metadata))))
        case .reset:
            reason = nil
            results.removeAll { $0.query < request.id }
            return .succeeded(request.id, .done)
        }
    }

    private mutating func open(_ greeting: ServerGreeting) -> ConnectionEvent {
        self.greeting = greeting
        phase = .open
        mode = .ready
        return .opened(greeting)
    }

    private mutating func resultEnded(
        _ query: RequestID, _ count: Int?, _ summary: ResultSummary
    ) throws(BoltWireError) -> ResultSummary {
        guard let index = results.firstIndex(where: { $0.query == query }) else { return summary }
        if summary.hasMore {
            guard count != nil else {
                throw BoltWireError(.unexpected, "records are left of a result that was asked for as a whole")
            }
            results[index].isDemanded = false
        } else {
            results.remove(at: index)
            if mode == .streaming(query) { mode = .ready }
        }
        return summary
    }

    private mutating func failed(_ request: Pending, _ failure: BoltFailure) throws(BoltWireError) -> ConnectionEvent {
        if phase == .greeting {
            phase = .ended
            return .refused(failure)
        }
        switch request.kind {
        case .reset: throw .unexpected(.failure(failure), "RESET")
        case .logon, .logoff: phase = .ended
        default:
            // Neo4j closes the connection behind a message that it does not allow, and behind a failure in place of an
            // answer that ignores.
            if isIgnoring(request) || failure.code.hasPrefix("Neo.ClientError.Request.Invalid") { phase = .ended }
        }
        if reason == nil { reason = failure }
        if request.id.number > lastReset { isFailed = true }
        return .failed(request.id, failure)
    }

    private mutating func ignored(_ request: Pending) throws(BoltWireError) -> ConnectionEvent {
        guard phase == .open, request.kind != .reset else { throw .unexpected(.ignored, request.kind.name) }
        if case .logon = request.kind { phase = .ended }
        if case .logoff = request.kind { phase = .ended }
        // Without a failure a RESET has overtaken the request; if none was sent, one is needed.
        if request.id.number > lastReset { isFailed = true }
        return .ignored(request.id, because: reason)
    }
}

extension BoltWireError {
    fileprivate static func unexpected(_ response: Response, _ place: String) -> BoltWireError {
        let detail = if case .failure(let failure) = response { " (\(failure))" } else { "" }
        return BoltWireError(.unexpected, "\(response.name)\(detail) in answer to \(place)")
    }
}
