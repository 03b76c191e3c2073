package import Events
import HTTPMessages
package import HTTPServer
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
    let workers: @Sendable () -> WorkersState
    let random = SharedRandom()
    let startedAt: Timestamp

    /// Reads how full the spool is.
    package typealias SpoolReader = @Sendable () async throws(MessagingError) -> SpoolStatus

    /// Who may administer the pipeline over HTTP, and where its records are.
    package struct Administration: Sendable {
        /// Bearer tokens; none closes the dead-letter endpoints.
        package var tokens: [String]
        /// The folder of replay records.
        package var replays: String

        /// Closed, unless there are tokens.
        package init(tokens: [String] = [], replays: String = "replays") {
            self.tokens = tokens
            self.replays = replays
        }
    }

    /// What one request may hold.
    package struct Limits: Sendable, Hashable {
        /// The most bytes in a body, after inflating.
        package var bodyBytes: Int
        /// The most events in a page of a history.
        package var historyPage: Int

        /// 16 MiB, 1,000 events a page.
        package init(bodyBytes: Int = 16 << 20, historyPage: Int = 1_000) {
            self.bodyBytes = bodyBytes
            self.historyPage = historyPage
        }
    }

    /// An API over these parts.
    ///
    /// - Parameters:
    ///   - spool: tells of the spool that `publisher` fills while the broker is away; nil if it has none.
    ///   - administration: who may see and send back dead letters.
    ///   - workers: how the workers are.
    ///   - now: the wall clock.
    package init(
        publisher: any Publisher, broker: any Broker, graph: any GraphStore, profiles: any ProfileStore,
        limits: Limits = Limits(), spool: SpoolReader? = nil, administration: Administration = Administration(),
        workers: @escaping @Sendable () -> WorkersState = { WorkersState() }, now: @escaping @Sendable () -> Timestamp
    ) {
        self.publisher = publisher
        self.broker = broker
        self.graph = graph
        self.profiles = profiles
        self.limits = limits
        self.spool = spool
        self.administration = administration
        self.workers = workers
        self.now = now
        decoder = EventDecoder()
        startedAt = now()
    }

    /// The answer to `request`; every failure is an answer too.
    package nonisolated(nonsending) func respond(to request: HTTPRequest) async -> HTTPResponse {
        do throws(Problem) {
            let (endpoint, parameter) = try endpoint(of: request)
            if endpoint == .event { return try await postEvent(request) }
            return try await answer(endpoint, parameter, request)
        } catch {
            return error.response
        }
    }

    @inline(never)
    private func endpoint(of request: HTTPRequest) throws(Problem) -> (Endpoint, parameter: Substring) {
        guard let (endpoint, parameter) = Endpoint.at(request.path) else { throw .notFound(request.path) }
        guard endpoint.methods.contains(request.method) else {
            throw .methodNotAllowed(request.method, request.path, allowed: endpoint.methods)
        }
        return (endpoint, parameter)
    }

    /// Everything but single events. Kept apart, because the memory of a task that waits is as large as the largest of
    /// what it may call in line: that of an event's request is to be small.
    @inline(never)
    private nonisolated(nonsending) func answer(
        _ endpoint: Endpoint, _ parameter: Substring, _ request: HTTPRequest
    ) async throws(Problem) -> HTTPResponse {
        switch endpoint {
        case .event: return try await postEvent(request)
        case .batch: return try await postBatch(request)
        case .health: return health()
        case .ready: return await ready()
        case .metrics: return await metrics()
        case .queues: return await queues()
        case .history: return try await history(ofUser: parameter, request)
        case .profile: return try await profile(ofUser: parameter)
        case .letters: return try await deadLetters(request)
        case .letterGroups: return try await deadLetterGroups(request)
        case .letter: return try await deadLetter(parameter, request)
        case .replay: return try await replay(request)
        case .export: return try await exportDeadLetters(request)
        case .watch: return try await watchDeadLetters(request)
        case .purge: return try await purgeDeadLetters(request)
        case .editReplay: return try await editReplay(parameter, request)
        }
    }

    /// The answer to a request that the server refused before it could be handed over.
    package func respond(to refusal: HTTPRefusal) -> HTTPResponse {
        Problem(refusal).response
    }
}
