import Console
import Crypto
import Events
import HTTPMessages
import HTTPServer
import JSON
import Messaging
import Platform
import Synchronization

extension HTTPAPI {
    /// `POST /events`: 200 only when the event is durable in every queue.
    nonisolated(nonsending) func postEvent(
        _ request: HTTPRequest, _ path: PathParameters
    ) async throws(Problem) -> HTTPResponse {
        let (id, publication, span) = try event(in: request, of: path.caller?.user)
        let outcomes = await publish([publication])
        if let spans = monitoring.instruments.spans { span.end(outcomes, id: id, at: now(), spans) }
        return try queued(id, outcomes)
    }

    // Both functions are never inlined: their locals would be part of the memory of the request's task while it waits.

    @inline(never)
    private func event(in request: HTTPRequest, of user: Int64?) throws(Problem) -> (EventID, Publication, IntakeSpan) {
        _ = try request.bodyFormat(linesAllowed: false, origins: origins)
        var lease = MemoryLease(memory)
        defer { lease.end() }
        let body = try request.decodedBody(limit: limits.bodyBytes, &lease)
        let receivedAt = now()
        let event: Event
        do throws(EventRejection) {
            event = try decoder.decode(
                body, receivedAt: receivedAt, idempotencyKey: request.headers["Idempotency-Key"], user: user)
        } catch {
            throw Problem(error)
        }
        if origins.isOff {
            try leave(event.id, in: request)
        } else {
            try leave(LateEvents(ids: [event.id], headers: request.headers), in: request)
        }
        let span = span(of: request, "/events", at: receivedAt)
        return (event.id, EventMessage.publication(of: event, publishedAt: receivedAt, trace: span.context), span)
    }

    @inline(never)
    private func queued(_ id: EventID, _ outcomes: [PublishOutcome]) throws(Problem) -> HTTPResponse {
        try check(outcomes, [id])
        var json = JSONWriter(reserving: 96)
        json.object { json in
            json.member("status", Self.status(of: outcomes, one: true))
            json.member("event_id", id)
        }
        return .json(json.bytes)
    }

    /// What the answer to durable events says: where they are.
    static func status(of outcomes: [PublishOutcome], one: Bool) -> String {
        let place = outcomes.contains(.spooled) ? "spooled" : outcomes.first == .stored ? "stored" : "queued"
        return one ? "Event \(place)" : "Events \(place)"
    }

    /// Publishes what a request brings, and counts it.
    @inline(__always)
    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        let began = SteadyClock.microseconds()
        let outcomes = await publisher.publish(publications)
        let time = SteadyClock.microseconds() - began
        monitoring.intakeMetrics.count(outcomes, took: time)
        console.activity.published(publications, outcomes, took: time, at: now)
        return outcomes
    }

    /// Has the ids of events told if publishing them takes longer than a request may.
    ///
    /// - Throws: Where the request's time is over already, and its client told nothing: nothing may be published then.
    func leave(_ note: any Sendable, in request: HTTPRequest) throws(Problem) {
        guard request.leave(note: note) else {
            throw .unavailable("The server could not answer in time, and has stored nothing.")
        }
    }

    /// The span of this request within the caller's trace, or a new trace.
    ///
    /// - Parameter route: The path of the route.
    func span(of request: HTTPRequest, _ route: StaticString, at moment: Timestamp) -> IntakeSpan {
        let parent = request.headers[EventMessage.traceHeader].flatMap { TraceContext($0) }
        var context = random.value.withLock { TraceContext(continuing: parent, using: &$0) }
        if parent == nil, let spans = monitoring.instruments.spans { spans.sampler.sample(&context, at: moment) }
        return IntakeSpan(context: context, parentID: parent?.spanID, route: route, start: moment)
    }

    /// Throws unless every event is durable. The error names the ids, so that sending the events again stores nothing
    /// twice.
    func check(_ outcomes: [PublishOutcome], _ ids: @autoclosure () -> [EventID]) throws(Problem) {
        guard let failure = outcomes.first(where: { !$0.isDurable && !$0.isRefusal }) else {
            monitoring.intake.succeeded()
            guard outcomes.contains(where: \.isRefusal) else { return }
            throw .refused(outcomes, ids())
        }
        if case .failed(let error) = failure, error.code == .tooMany {
            throw .contentTooLarge(
                "The batch has more events than can be kept: \(error). Send fewer at a time, with the same ids.",
                eventIDs: ids())
        }
        let again = Problem.sendAgain
        let detail =
            switch failure {
            case .confirmed, .spooled, .stored, .conflict, .unstorable: ""
            case .returned(let text):
                "No queue takes events (\(text)); run `debias-events topology declare`, then send the event again."
            case .rejected(let text): "The queue takes no more events now: \(text). \(again)"
            case .unencodable(let text): "The broker cannot carry the event: \(text)."
            case .failed(let error): "The event could not be made durable: \(error). \(again)"
            case .unknown(let error): "It is not known whether the event is durable: \(error). \(again)"
            }
        // What the broker cannot carry is this event's fault alone.
        if !failure.isUnencodable { monitoring.intake.failed(detail) }
        throw .unavailable(detail, eventIDs: ids())
    }
}

extension Problem {
    /// The problem for events that a store refuses; the others of the request are durable.
    static func refused(_ outcomes: [PublishOutcome], _ ids: [EventID]) -> Problem {
        let refused = zip(outcomes, ids).filter { $0.0.isRefusal }
        let conflicts = refused.compactMap { outcome, _ in if case .conflict(let text) = outcome { text } else { nil } }
        let others = outcomes.count > refused.count ? " The other events of the request are durable." : ""
        if let first = conflicts.first {
            let more = refused.count > 1 ? " (and \(refused.count - 1) more events are refused)" : ""
            return .conflict("Not taken: \(first)\(more).\(others)", eventIDs: refused.map(\.1))
        }
        var reason = ""
        if case .unstorable(let text)? = refused.first?.0 { reason = text }
        return Problem(
            status: .unprocessableContent, code: "unstorable",
            detail: "A store does not take the event: \(reason).\(others)", extensions: [.eventIDs(refused.map(\.1))])
    }

    /// The stores have other events with these ids.
    static func conflict(_ detail: String, eventIDs: [EventID]) -> Problem {
        Problem(status: .conflict, code: "conflict", detail: detail, extensions: [.eventIDs(eventIDs)])
    }

    init(_ rejection: EventRejection) {
        switch rejection {
        case .malformed(let text): self = .malformed(text)
        case .invalid(let issues): self = .invalid(issues)
        }
    }
}
