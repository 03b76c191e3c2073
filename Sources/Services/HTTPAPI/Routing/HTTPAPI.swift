package import Console
package import DeadLetters
import Erasing
package import Events
import HTTPMessages
package import HTTPServer
package import HTTPWire
package import Intake
package import Messaging
import Platform
package import Stores

/// The HTTP interface: takes events, and reads histories, profiles and the state of the pipeline.
///
/// A value without state of its own; ``respond(to:)`` may be called from any task.
package struct HTTPAPI: Sendable {
    let publisher: any Publisher
    let broker: any Broker
    let graph: any GraphStore
    let profiles: any ProfileStore
    let decoder: EventDecoder
    let now: @Sendable () -> Timestamp
    let limits: Limits
    let administration: Administration
    /// Who may do what; the caller may replace its credentials.
    package let access: AccessControl
    let memory: MemoryBudget
    let report: @Sendable (Notice) -> Void
    let origins: CrossOriginPolicy
    /// How posted events come to the stores, which an operator may change.
    let mode: ModeControl
    /// What the process tells of itself.
    let monitoring: Monitoring
    let random = SharedRandom()
    /// One value for all requests: those of one process take their turns.
    let deadLetterQueue: DeadLetterQueue
    let erasure: UserErasure
    /// The replays that run beyond their requests: whoever runs the API runs this as well, so that they end with it.
    package let replays: ReplayDesk
    let console: ConsoleFeed

    /// Reads the status of the spool.
    package typealias SpoolReader = @Sendable () async throws(MessagingError) -> SpoolStatus

    /// Who may administer the pipeline over HTTP, and where replays are recorded.
    package struct Administration: Sendable {
        /// Which tokens are known at the start; without any, the dead-letter endpoints are closed.
        package var credentials: Credentials
        /// Whether anyone may read histories and profiles; otherwise this machine and those with a token.
        package var opensReads: Bool
        /// Whether only this machine reaches the server; otherwise nobody reads histories and profiles without a token.
        package var isLoopbackOnly = true
        /// How many requests a token or an address may make; nil for any number.
        package var rateLimit: RateLimit?
        /// The folder of replay records.
        package var replays: String
        /// Where dead letters are archived: what an erased user has there is removed.
        package var archive: DeadLetterArchive

        /// Tokens as ``APIToken`` reads them; without any, the dead-letter endpoints are closed.
        package init(
            tokens: [String] = [], opensReads: Bool = false, replays: String = "replays",
            archive: DeadLetterArchive = DeadLetterArchive(directory: "archive", limit: 0)
        ) {
            credentials = Credentials(tokens)
            self.opensReads = opensReads
            self.replays = replays
            self.archive = archive
        }
    }

    /// The limits of one request.
    package struct Limits: Sendable, Hashable {
        /// The most bytes in a body, after inflating.
        package var bodyBytes: Int
        /// The most events per page of a history.
        package var historyPage: Int
        /// The most bytes that all requests together may use for what they inflate and decode.
        package var memory: Int

        /// 16 MiB, 1,000 events per page, and 256 MiB.
        package init(bodyBytes: Int = 16 << 20, historyPage: Int = 1_000, memory: Int = 256 << 20) {
            self.bodyBytes = bodyBytes
            self.historyPage = historyPage
            self.memory = memory
        }
    }

    /// - Parameters:
    ///   - spool: Reads the status of the spool that `publisher` fills while the broker is away; nil without a spool.
    ///   - administration: Who may read and send back dead letters.
    ///   - allowedOrigins: Whose pages may post events from a browser; none by default.
    ///   - instruments: What the process counts and knows beside its back ends.
    ///   - report: Told what an operator should know.
    ///   - console: What the console shows; by default, what `broker` tells.
    ///   - mode: The mode that `publisher` looks at; by default, one that always publishes.
    ///   - now: The wall clock.
    package init(
        publisher: any Publisher, broker: any Broker, graph: any GraphStore, profiles: any ProfileStore,
        limits: Limits = Limits(), spool: SpoolReader? = nil, administration: Administration = Administration(),
        allowedOrigins: [AllowedOrigin] = [], instruments: Monitoring.Instruments = .init(),
        report: @escaping @Sendable (Notice) -> Void = { _ in }, console: ConsoleFeed? = nil,
        mode: ModeControl = ModeControl(ModeSwitch(.queue)),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.publisher = publisher
        self.broker = broker
        self.graph = graph
        self.profiles = profiles
        self.limits = limits
        self.administration = administration
        access = AccessControl(administration.credentials, limit: administration.rateLimit, now: now)
        memory = MemoryBudget(limits.memory)
        self.report = report
        origins = CrossOriginPolicy(allowedOrigins, takesTokens: administration.credentials.takesWebTokens)
        self.console = console ?? ConsoleFeed(ConsoleFeed.Sources(broker: broker, now: now))
        self.now = now
        self.mode = mode
        decoder = EventDecoder()
        monitoring = Monitoring(
            .api, broker: broker, graph: graph, profiles: profiles, spool: spool, instruments: instruments, mode: mode,
            now: now)
        deadLetterQueue = DeadLetterQueue(broker)
        replays = ReplayDesk(now: now)
        erasure = UserErasure(
            graph: graph, profiles: profiles, letters: deadLetterQueue, archive: administration.archive, now: now)
    }

    /// What the events and messages of a batch take for each byte of its body, beside the body. It follows from a report
    /// of 2.2 GB for 40 batches of the largest size, and has not been measured here.
    package static let memoryPerBodyByte = 3

    /// The answer to `request`; every failure is an answer too.
    package nonisolated(nonsending) func respond(to request: HTTPRequest) async -> HTTPResponse {
        let began = SteadyClock.microseconds()
        var record = monitoring.requests.singleEvent
        var response: HTTPResponse
        do throws(Problem) {
            // By far the most frequent request: the same entry as in the table, which anyone may call, without parsing
            // the path.
            if request.isOfSingleEvent {
                let parameters = access.isOffForEvents ? PathParameters() : try admitEvent(request)
                response = try await postEvent(request, parameters)
            } else {
                record = monitoring.requests.unmatched
                response = try await answer(request, &record)
            }
        } catch {
            response = error.response
        }
        record.count(response.status, SteadyClock.microseconds() - began)
        if !origins.isOff { share(&response, to: request) }
        return response
    }

    /// Looks up the request in the table. A separate function, because the memory of a waiting task is as large as that
    /// of the largest function inlined into it, and an event's request is to need little.
    ///
    /// - Parameter record: Receives the record of the route.
    @inline(never)
    private nonisolated(nonsending) func answer(
        _ request: HTTPRequest, _ record: inout RequestMetrics.Record
    ) async throws(Problem) -> HTTPResponse {
        let credentials = access.current
        let verdict = try access.identify(request, by: credentials)
        guard let (path, parameters) = Self.routes.find(request.path) else { throw .notFound(request.path) }
        if request.method == .options {
            return options(of: path, request)
        }
        guard let route = path.route(for: request.method) else {
            throw .methodNotAllowed(request.method, request.path, allow: path.allow)
        }
        record = monitoring.requests.record(of: route)
        return try await perform(request, on: route, parameters, verdict, credentials)
    }

    /// The answer to a request that the server refused before it could be handed over.
    package func respond(to refusal: HTTPRefusal) -> HTTPResponse {
        var response = Problem(refusal).response
        monitoring.requests.unmatched.count(response.status, 0)
        if let head = refusal.head {
            if isOpenToPages(head.method, head.target.path) { origins.share(&response.headers, to: head.headers) }
        } else {
            origins.share(refusal: &response.headers)
        }
        return response
    }

    /// The answer to a request whose handler has left a note and did not return in time.
    package func lateAnswer(_ note: any Sendable) -> HTTPResponse {
        if let work = note as? LateWork { return Problem.unavailable(work.detail).response }
        let late = note as? LateEvents ?? LateEvents(ids: (note as? EventID).map { [$0] } ?? [])
        var response = Problem.unavailable(
            "The server could not answer in time: it is not known yet whether the events are durable. "
                + Problem.sendAgain, eventIDs: late.ids
        ).response
        if let headers = late.headers { origins.share(&response.headers, to: headers) }
        return response
    }
}

/// What a request leaves for the answer that it gets when its handler takes too long. For a single event, the id alone does,
/// which takes no memory of its own.
struct LateEvents: Sendable {
    var ids: [EventID]
    /// The header fields of a request from a page.
    var headers: HTTPHeaders?
}

/// What a request leaves for that answer which works on many dead letters, or erases a user.
struct LateWork: Sendable {
    /// What is known, and what to do next.
    var detail: String
}

extension HTTPRequest {
    /// Whether this is `POST /events`, without a look into the table of routes.
    var isOfSingleEvent: Bool { path == "/events" && method == .post }
}
