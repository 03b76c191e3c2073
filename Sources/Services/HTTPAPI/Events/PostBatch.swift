import Events
import HTTPMessages
import HTTPServer
import JSON
import Messaging

extension HTTPAPI {
    /// `POST /events/batch`: an array or lines; one invalid event fails the whole batch unless `?partial=true`.
    func postBatch(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let format = try request.bodyFormat(linesAllowed: true, origins: origins)
        let isPartial = try partial(request)
        var lease = MemoryLease(memory)
        defer { lease.end() }
        let body = try request.decodedBody(limit: limits.bodyBytes, &lease)
        try lease.grow(by: body.count * Self.memoryPerBodyByte)
        let receivedAt = now()
        let (events, rejected) = try decode(
            body, as: format, receivedAt: receivedAt, key: try idempotencyKey(of: request), user: path.caller?.user)
        if !rejected.isEmpty, !isPartial || events.isEmpty {
            throw .invalid(rejected.flatMap { $0.rejection.issues(index: $0.index) })
        }
        let span = span(of: request, "/events/batch", at: receivedAt)
        try leave(LateEvents(ids: events.map(\.id), headers: origins.isOff ? nil : request.headers), in: request)
        // The connection would keep it.
        defer { request.leave(note: nil) }
        let outcomes = await publish(
            events.map { EventMessage.publication(of: $0, publishedAt: receivedAt, trace: span.context) })
        if let spans = monitoring.instruments.spans { span.end(outcomes, id: nil, at: now(), spans) }
        let taken = outcomes.indices.filter { !outcomes[$0].isRefusal }
        guard isPartial, !taken.isEmpty, taken.count < outcomes.count else {
            try check(outcomes, events.map(\.id))
            return answer(events, rejected, isPartial: isPartial, Self.status(of: outcomes, one: false))
        }
        try check(taken.map { outcomes[$0] }, taken.map { events[$0].id })
        return answer(
            taken.map { events[$0] }, (rejected + refused(outcomes, beside: rejected)).sorted { $0.index < $1.index },
            isPartial: true,
            Self.status(of: taken.map { outcomes[$0] }, one: false))
    }

    private func partial(_ request: HTTPRequest) throws(Problem) -> Bool {
        switch request.parameter("partial") {
        case nil, "false"?: return false
        case "true"?, ""?: return true
        case let other?:
            throw .invalid([
                ValidationIssue(
                    loc: [.field("query"), .field("partial")], msg: "partial is true or false, not \(other)",
                    type: .valueError)
            ])
        }
    }

    private func idempotencyKey(of request: HTTPRequest) throws(Problem) -> IdempotencyKey? {
        guard let header = request.headers["Idempotency-Key"] else { return nil }
        do throws(ValidationIssue) {
            return try IdempotencyKey(header)
        } catch {
            throw .invalid([error])
        }
    }

    private typealias Rejected = (index: Int, rejection: EventRejection)

    private func decode(
        _ body: [UInt8], as format: BodyFormat, receivedAt: Timestamp, key: IdempotencyKey?, user: Int64?
    ) throws(Problem) -> (events: [Event], rejected: [Rejected]) {
        let results: [Result<Event, EventRejection>]
        do throws(BatchRejection) {
            results =
                switch format {
                case .json: try decoder.decodeBatch(array: body, receivedAt: receivedAt, key: key, user: user)
                case .lines: try decoder.decodeBatch(lines: body, receivedAt: receivedAt, key: key, user: user)
                }
        } catch {
            throw Problem(error)
        }
        var events: [Event] = []
        events.reserveCapacity(results.count)
        var rejected: [Rejected] = []
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let event): events.append(event)
            case .failure(let rejection): rejected.append((index, rejection))
            }
        }
        return (events, rejected)
    }

    /// What the stores refuse of the valid events, with their places in the request.
    private func refused(_ outcomes: [PublishOutcome], beside rejected: [Rejected]) -> [Rejected] {
        let invalid = Set(rejected.map(\.index))
        let places = (0..<outcomes.count + rejected.count).filter { !invalid.contains($0) }
        return zip(places, outcomes).compactMap { place, outcome in
            let text: String
            switch outcome {
            case .conflict(let reason), .unstorable(let reason): text = reason
            default: return nil
            }
            let issue = ValidationIssue(
                loc: [.field("body"), .index(place), .field("event_id")], msg: text, type: .valueError)
            return (place, .invalid([issue]))
        }
    }

    private func answer(
        _ events: [Event], _ rejected: [Rejected], isPartial: Bool, _ status: String
    ) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.member("status", status)
            json.member("count", events.count)
            json.key("event_ids")
            json.array { json in
                for event in events { json.id(event.id) }
            }
            guard isPartial else { return }
            json.key("rejected")
            json.array { json in
                for item in rejected {
                    json.object { json in
                        json.member("index", item.index)
                        json.key("errors")
                        json.issues(item.rejection.issues(index: item.index))
                    }
                }
            }
        }
        return .json(json.bytes)
    }
}

extension EventRejection {
    /// The rejection as issues with their index in the batch.
    fileprivate func issues(index: Int) -> [ValidationIssue] {
        switch self {
        case .malformed(let text):
            [ValidationIssue(loc: [.field("body"), .index(index)], msg: text, type: .jsonInvalid)]
        case .invalid(let issues): issues
        }
    }
}

extension Problem {
    fileprivate init(_ rejection: BatchRejection) {
        switch rejection {
        case .malformed(let text): self = .malformed(text)
        case .tooMany(let limit):
            self = .contentTooLarge("A batch holds at most \(limit) events; send several batches.")
        }
    }
}
