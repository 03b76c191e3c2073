import DeadLetters
import Events
import HTTPMessages
import HTTPServer
import JSON
import Messaging
import Stores

/// `/dlq/replays`: replays that take longer than a request, as things that can be looked at and stopped.
extension HTTPAPI {
    /// `POST /dlq/replays` with the filters of `GET /dlq` and `dry_run`, `limit`, `rate`, and `canary` or `ramp` in the
    /// query; a JSON Patch or a JSON Merge Patch as the body changes each letter. 202 with the replay's id, 409 while
    /// another one runs.
    func startReplay(_ request: HTTPRequest, _: PathParameters) async throws(Problem) -> HTTPResponse {
        let options = try replayOptions(request)
        let isPreview = try flag(request, "dry_run")
        let record: ReplayRecord
        do {
            record = try ReplayRecord(id: "\(now().microseconds / 1_000)", directory: administration.replays)
        } catch {
            throw .unavailable("The replay cannot be recorded: \(error)")
        }
        let replay = Replay(
            deadLetterQueue, record: record, options: options, applied: Replay.applied(in: graph, profiles, now: now),
            now: now)
        let preview = try await reading { () async throws(MessagingError) in try await replay.preview() }
        guard !isPreview else { return .json(preview.json.bytes) }
        let progress = ReplayDesk.Progress(
            id: record.id, request: request.target.split(separator: "?").dropFirst().joined(),
            total: preview.counts.values.reduce(preview.unfit, +), startedAt: now())
        if let running = replays.start(replay, progress) {
            throw Problem(
                status: .conflict, code: "replay-running",
                detail: "The replay \(running.id) runs: wait for its end, or stop it with POST "
                    + "/dlq/replays/\(running.id)/stop.")
        }
        var response = HTTPResponse.json(Self.json(progress), status: .accepted)
        response.headers["Location"] = "/dlq/replays/\(record.id)"
        return response
    }

    private func replayOptions(_ request: HTTPRequest) throws(Problem) -> Replay.Options {
        var options = Replay.Options(filter: try filter(request))
        options.limit = try number(request, "limit", 1...10_000_000).map { Int($0) }
        options.rate = try number(request, "rate", 1...100_000).map(Double.init)
        options.canary = Int(try number(request, "canary", 0...1_000) ?? 0)
        if try flag(request, "ramp") { options.steps = Replay.Options.ramp }
        if !request.body.isEmpty { options.edit = try patch(request) }
        return options
    }

    /// `GET /dlq/replays`: newest first.
    func replayList(_: HTTPRequest, _: PathParameters) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.key("replays")
            json.array { json in
                for progress in replays.all { json.value(progress) }
            }
        }
        return .json(json.bytes)
    }

    /// `GET /dlq/replays/{id}`.
    func replayProgress(_: HTTPRequest, _ path: PathParameters) throws(Problem) -> HTTPResponse {
        guard let progress = replays.progress(of: String(path["id"])) else { throw Self.unknownReplay(path["id"]) }
        return .json(Self.json(progress))
    }

    /// `POST /dlq/replays/{id}/stop`: the replay ends after the letters that it is sending.
    func stopReplay(_: HTTPRequest, _ path: PathParameters) throws(Problem) -> HTTPResponse {
        guard let progress = replays.stop(String(path["id"])) else { throw Self.unknownReplay(path["id"]) }
        return .json(Self.json(progress), status: .accepted)
    }

    private static func json(_ progress: ReplayDesk.Progress) -> [UInt8] {
        var json = JSONWriter()
        json.value(progress)
        return json.bytes
    }

    private static func unknownReplay(_ id: Substring) -> Problem {
        Problem(
            status: .notFound, code: "no-replay",
            detail: "This process has not begun the replay \(id), or long ago: its record may be in the data folder's "
                + "replays, and debias-events dlq replay --resume goes on with it.")
    }

    /// `GET /dlq/{id}/stores`: whether the graph and the vectors have the event of a letter at the moment.
    func storesOfDeadLetter(_: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let letter = try await existingLetter(path["id"])
        let id = letter.eventID
        async let graph = stored(id) { () async throws(StoreError) in
            try await self.graph.stored(id.map { [$0] } ?? [])
        }
        async let vectors = stored(id) { () async throws(StoreError) in
            try await self.profiles.stored(id.map { [$0] } ?? [])
        }
        let event = try? EventMessage.event(in: letter.message, receivedAt: now())
        let findings = await [("graph", graph), ("vectors", vectors)]
        var json = JSONWriter()
        json.object { json in
            if let id { json.member("event_id", id) }
            for (name, finding) in findings {
                json.key(name)
                json.object { json in
                    switch finding {
                    case .success(let stored):
                        json.member("stored", stored != nil)
                        if let event, let conflict = stored?.conflict(with: event) {
                            json.member("conflict", conflict.description)
                        }
                    case .failure(let error): json.member("error", error.message)
                    }
                }
            }
        }
        return .json(json.bytes)
    }

    private func stored(
        _ id: EventID?, _ asking: @Sendable () async throws(StoreError) -> [EventID: StoredEvent]
    ) async -> Result<StoredEvent?, StoreError> {
        guard let id else { return .success(nil) }
        do throws(StoreError) {
            return .success(try await asking()[id])
        } catch {
            return .failure(error)
        }
    }
}
