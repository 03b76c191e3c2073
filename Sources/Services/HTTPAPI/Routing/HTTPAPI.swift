package import Events
import HTTPMessages
package import HTTPServer
package import HTTPWire
package import Messaging
package import Stores
package import Workers

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
    let spool: SpoolReader?
    let administration: Administration
    let origins: CrossOriginPolicy
    let workers: @Sendable () -> WorkersState
    let random = SharedRandom()
    let intake = IntakeRecord()
    let startedAt: Timestamp

    /// Reads the status of the spool.
    package typealias SpoolReader = @Sendable () async throws(MessagingError) -> SpoolStatus

    /// Who may administer the pipeline over HTTP, and where replays are recorded.
    package struct Administration: Sendable {
        /// Bearer tokens; an empty list closes the dead-letter endpoints.
        package var tokens: [String]
        /// The folder of replay records.
        package var replays: String

        /// Without tokens, the dead-letter endpoints are closed.
        package init(tokens: [String] = [], replays: String = "replays") {
            self.tokens = tokens
            self.replays = replays
        }
    }

    /// The limits of one request.
    package struct Limits: Sendable, Hashable {
        /// The most bytes in a body, after inflating.
        package var bodyBytes: Int
        /// The most events per page of a history.
        package var historyPage: Int

        /// 16 MiB, and 1,000 events per page.
        package init(bodyBytes: Int = 16 << 20, historyPage: Int = 1_000) {
            self.bodyBytes = bodyBytes
            self.historyPage = historyPage
        }
    }

    /// - Parameters:
    ///   - spool: Reads the status of the spool that `publisher` fills while the broker is away; nil without a spool.
    ///   - administration: Who may read and send back dead letters.
    ///   - allowedOrigins: Whose pages may post events from a browser; none by default.
    ///   - workers: Reads the state of the workers.
    ///   - now: The wall clock.
    package init(
        publisher: any Publisher, broker: any Broker, graph: any GraphStore, profiles: any ProfileStore,
        limits: Limits = Limits(), spool: SpoolReader? = nil, administration: Administration = Administration(),
        allowedOrigins: [AllowedOrigin] = [], workers: @escaping @Sendable () -> WorkersState = { WorkersState() },
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.publisher = publisher
        self.broker = broker
        self.graph = graph
        self.profiles = profiles
        self.limits = limits
        self.spool = spool
        self.administration = administration
        origins = CrossOriginPolicy(allowedOrigins)
        self.workers = workers
        self.now = now
        decoder = EventDecoder()
        startedAt = now()
    }

    /// The answer to `request`; every failure is an answer too.
    package nonisolated(nonsending) func respond(to request: HTTPRequest) async -> HTTPResponse {
        var response: HTTPResponse
        do throws(Problem) {
            // By far the most frequent request: the same entry as in the table, which anyone may call, without parsing
            // the path.
            if request.isOfSingleEvent {
                response = try await postEvent(request, PathParameters())
            } else {
                response = try await answer(request)
            }
        } catch {
            response = error.response
        }
        if !origins.isOff { share(&response, to: request) }
        return response
    }

    /// Looks up the request in the table. A separate function, because the memory of a waiting task is as large as that
    /// of the largest function inlined into it, and an event's request is to need little.
    @inline(never)
    private nonisolated(nonsending) func answer(_ request: HTTPRequest) async throws(Problem) -> HTTPResponse {
        guard let (path, parameters) = Self.routes.find(request.path) else { throw .notFound(request.path) }
        if request.method == .options {
            return options(of: path, request)
        }
        guard let route = path.route(for: request.method) else {
            throw .methodNotAllowed(request.method, request.path, allow: path.allow)
        }
        try authorize(request, for: route.access)
        return try await route.handler(self)(request, parameters)
    }

    /// The answer to a request that the server refused before it could be handed over.
    package func respond(to refusal: HTTPRefusal) -> HTTPResponse {
        var response = Problem(refusal).response
        origins.share(refusal: &response.headers)
        return response
    }
}

extension HTTPRequest {
    /// Whether this is `POST /events`, without a look into the table of routes.
    var isOfSingleEvent: Bool { path == "/events" && method == .post }
}
