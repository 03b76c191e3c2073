import DeadLetters
import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON
import Messaging

/// `/dlq`: dead letters over HTTP.
extension HTTPAPI {
    /// `GET /dlq?id=&queue=&class=&group=&text=&type=&user=&product=&since=&until=&limit=`.
    func deadLetters(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let limit = try number(request, "limit", 1...1_000) ?? 100
        return .json(try await look(request, keeping: Int(limit)).lettersJSON.bytes)
    }

    /// `GET /dlq/groups`, with the same filters.
    func deadLetterGroups(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        return .json(try await look(request, keeping: 0).groupsJSON.bytes)
    }

    /// `GET /dlq/{id}`: one letter with its body.
    func deadLetter(_: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        return .json(try await existingLetter(path["id"]).json.bytes)
    }

    func existingLetter(_ id: Substring) async throws(Problem) -> DeadLetter {
        let found = try await reading { () async throws(MessagingError) in
            try await deadLetterQueue.letter(String(id))
        }
        guard let found else {
            throw Problem(
                status: .notFound, code: "no-letter", detail: "There is no dead letter \(id); GET /dlq lists them.")
        }
        return found
    }

    /// `POST /dlq/replay` with the filters of `GET /dlq` and `dry_run`, `limit`, `rate` and `canary` in the query.
    func replay(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        var options = Replay.Options(filter: try filter(request))
        // A replay that takes longer than a request may is a task for the command line.
        options.limit = Int(try number(request, "limit", 1...10_000) ?? 10_000)
        options.rate = try number(request, "rate", 1...100_000).map(Double.init)
        options.canary = Int(try number(request, "canary", 0...1_000) ?? 0)
        options.canaryTimeout = .seconds(20)
        do {
            let record = try ReplayRecord(
                id: "\(now().microseconds / 1_000)", directory: administration.replays)
            let replay = Replay(
                deadLetterQueue, record: record, options: options,
                applied: Replay.applied(in: graph, profiles, now: now), now: now)
            guard try !flag(request, "dry_run") else {
                return .json(Replay.json(ofDryRun: try await replay.dryRun()).bytes)
            }
            try leave(
                LateWork(
                    detail:
                        "The replay \(record.id) takes longer than a request may. What it has sent is recorded, and is not sent "
                        + "again: repeat the request for the rest, or use debias-events dlq replay."), in: request)
            return .json(try await replay.run().json(replay: record.id).bytes)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .unavailable(
                "The replay was interrupted: \(error). The letters sent so far are recorded; repeat the request to continue."
            )
        }
    }

    /// `GET /dlq/export`, with the same filters: whole letters, one JSON object a line (NDJSON). All letters are read
    /// before the answer begins, so that a slow client does not keep them from others; more than 64 MiB are refused. Until
    /// the client has taken them, they count as memory of requests.
    func exportDeadLetters(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let filter = try filter(request)
        var lines: [UInt8] = []
        var lease = MemoryLease(memory)
        defer { lease.end() }
        var shortage: Problem?
        try await reading { () async throws(MessagingError) in
            _ = try await deadLetterQueue.look { letter in
                guard filter.matches(letter) else { return true }
                let line = letter.json.bytes + [UInt8(ascii: "\n")]
                do throws(Problem) { try lease.grow(by: line.count) } catch { shortage = error }
                if shortage == nil { lines += line }
                return shortage == nil && lines.count <= 64 << 20
            }
        }
        if let shortage { throw shortage }
        guard lines.count <= 64 << 20 else {
            throw Problem(
                status: .unprocessableContent, code: "too-many",
                detail: "The letters are larger than 64 MiB: narrow the filters, or use debias-events dlq export.")
        }
        let held = SharedMemoryLease(memory, takingOver: &lease)
        let body = HTTPBodyStream { [lines] writer in
            for start in stride(from: 0, to: lines.count, by: 16_384) {
                try await writer.write(Array(lines[start...].prefix(16_384)))
            }
            withExtendedLifetime(held) {}
        }
        return HTTPResponse(headers: ["Content-Type": "application/x-ndjson"], body: .stream(body))
    }

    /// `GET /dlq/watch?depth=&age=` (seconds), for probes: 503 while there are more letters than `depth`, or a letter
    /// was given up longer than `age` ago.
    func watchDeadLetters(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let thresholds = DeadLetterThresholds(
            depth: Int(try number(request, "depth", 0...1_000_000_000) ?? 0),
            age: try number(request, "age", 1...1_000_000_000).map { .seconds($0) })
        let finding = try await reading { () async throws(MessagingError) in
            try await thresholds.look(deadLetterQueue, now: now())
        }
        var json = JSONWriter()
        json.object { json in
            json.member("status", finding.alert == nil ? "ok" : "alert")
            json.member("dead_letters", finding.count)
            if let alert = finding.alert { json.member("alert", alert) }
        }
        return .json(json.bytes, status: finding.alert == nil ? .ok : .serviceUnavailable)
    }

    /// `POST /dlq/purge?confirm=true`, with the same filters: removes letters for good. Without `confirm`, only counts
    /// them.
    func purgeDeadLetters(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let filter = try filter(request)
        var json = JSONWriter()
        if try flag(request, "confirm") {
            try leave(
                LateWork(
                    detail:
                        "Removing the letters takes longer than a request may: some of them are removed. Repeat the request "
                        + "for the rest, or use debias-events dlq purge."), in: request)
            let removed = try await reading { () async throws(MessagingError) in
                try await deadLetterQueue.purge(filter)
            }
            json.object { $0.member("removed", removed) }
        } else {
            let matching = try await look(request, keeping: 0).matching
            json.object { $0.member("matching", matching) }
        }
        return .json(json.bytes)
    }

    /// `POST /dlq/{id}/edit-replay?dry_run=`, with a JSON Patch or a JSON Merge Patch as the body: changes the letter's
    /// body and sends it back to its queue. With `replace=true` the request's body takes the place of the letter's.
    /// Answers with the body before and after.
    func editReplay(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let letter = try await existingLetter(path["id"])
        let patch = try flag(request, "replace") ? nil : patch(request)
        var body = request.body
        do throws(DeadLetter.EditFailure) {
            if let patch { body = try letter.edited(by: patch, now: now()) } else { try letter.check(body, now: now()) }
        } catch {
            throw Problem(
                status: .unprocessableContent, code: "edit", detail: "Nothing was sent: \(error)")
        }
        let isDryRun = try flag(request, "dry_run")
        if !isDryRun {
            try await reading { () async throws(MessagingError) in
                try await deadLetterQueue.resend(
                    letter.id, body: body, replay: "edit-\(now().microseconds / 1_000)")
            }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("status", isDryRun ? "not sent" : "sent")
            if let queue = letter.queue { json.member("queue", queue) }
            json.member("before", String(decoding: letter.message.readableBody, as: UTF8.self))
            json.member("after", String(decoding: body, as: UTF8.self))
        }
        return .json(json.bytes)
    }

    func patch(_ request: HTTPRequest) throws(Problem) -> JSONValue {
        do { return try JSONValue(parsing: request.body) } catch {
            throw .malformed("The patch is not JSON: \(error)")
        }
    }

    private func look(_ request: HTTPRequest, keeping limit: Int) async throws(Problem) -> DeadLetterReport {
        let filter = try filter(request)
        var report = DeadLetterReport()
        report.total = try await reading { () async throws(MessagingError) in
            try await deadLetterQueue.look { letter in
                if filter.matches(letter) { report.add(letter, keeping: limit) }
                return true
            }
        }
        return report
    }

    func reading<Result>(
        _ body: () async throws(MessagingError) -> Result
    ) async throws(Problem) -> Result {
        do throws(MessagingError) {
            return try await body()
        } catch {
            throw error.code == .busy
                ? .unavailable("The dead letters cannot be read now: \(error).", retryAfter: 5)
                : .unavailable("The dead-letter queue cannot be used: \(error)")
        }
    }

    func filter(_ request: HTTPRequest) throws(Problem) -> DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.queue = request.parameter("queue")
        if let queue = filter.queue, !PipelineTopology.workQueues.contains(queue) {
            throw refused("queue", "one of \(PipelineTopology.workQueues.joined(separator: ", "))")
        }
        if let text = request.parameter("class") {
            guard let reason = DeadLetterReason(rawValue: text) else {
                let names = DeadLetterReason.allCases.map(\.rawValue).joined(separator: ", ")
                throw refused("class", "one of \(names)")
            }
            filter.reason = reason
        }
        if let ids = request.parameter("id") { filter.ids = Set(ids.split(separator: ",").map(String.init)) }
        filter.fingerprint = request.parameter("group")
        filter.text = request.parameter("text")
        filter.type = request.parameter("type")
        filter.userID = try number(request, "user", 1...Int64.max)
        filter.productID = try number(request, "product", 1...Int64.max)
        filter.since = try time(request, "since")
        filter.until = try time(request, "until")
        return filter
    }

    func number(
        _ request: HTTPRequest, _ name: String, _ range: ClosedRange<Int64>
    ) throws(Problem) -> Int64? {
        guard let text = request.parameter(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw refused(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Whether a parameter is set. What is neither true nor false is refused: a misspelt `dry_run` must send nothing.
    func flag(_ request: HTTPRequest, _ name: String) throws(Problem) -> Bool {
        guard let flag = Bool(request.parameter(name) ?? "false") else { throw refused(name, "true or false") }
        return flag
    }

    private func time(_ request: HTTPRequest, _ name: String) throws(Problem) -> Timestamp? {
        guard let text = request.parameter(name) else { return nil }
        guard let time = try? Timestamp(text, allowsDate: true) else {
            throw refused(name, "a time such as 2026-11-25T10:00:00Z, or a date")
        }
        return time
    }

    private func refused(_ name: String, _ expected: String) -> Problem {
        .invalid([.query(name, "\(name) is \(expected)", type: .valueError)])
    }
}
