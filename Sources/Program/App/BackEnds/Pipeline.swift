package import DeadLetters
import EventLoops
package import Messaging
package import Observability
package import Stores
import Workers

/// The broker and the stores of one process, opened and declared.
package struct Pipeline: Sendable {
    /// Carries events from the API to the workers.
    package let broker: any Broker
    /// Stores the users' interactions.
    package let graph: any GraphStore
    /// Stores vectors and profiles.
    package let profiles: any ProfileStore
    /// Keeps events while the broker is away; nil where no spool was requested, the spool is switched off, or it would
    /// share the broker's own disk.
    package var spool: Spool?
    /// The broker, where it is opened only when it is needed for the first time.
    var late: LateBroker?
    /// Notes by which ways events came to the stores.
    package var arrivals: ArrivalsFile?
    /// How often and when an event is tried again.
    var retry = RetryPolicy()
    /// Counts the workers that an event has killed.
    var crashes: CrashJournal?
    /// The folder in which processes show that their workers do not write; see ``PauseBoard``.
    var pauseDirectory: String?
    /// What the stores are, by OpenTelemetry's `db.system.name`.
    var systems: [WorkerPlan.Kind: String] = [:]
    /// The folder of the pipeline's files.
    var dataDirectory = ""
    /// The loop that publishing to RabbitMQ runs on, and on which the embedded broker answers those who publish. An API
    /// that shares this executor publishes without a change of threads.
    var publishingExecutor: EventLoop?

    /// Opens the back ends, runs `body` and closes everything again.
    ///
    /// - Parameters:
    ///   - need: Whether the topology is declared, and which failures of the broker are waited for.
    ///   - withSpool: Whether the spool is needed too.
    ///   - log: Receives what the broker's adapter notices by itself, and what the user has to know of the data folder.
    /// - Throws: The ``MessagingError`` or ``StoreError`` of a back end, or the error of `body`.
    package static func with<Result>(
        _ backEnds: BackEnds, broker need: BrokerNeed = .asItIs, withSpool: Bool = false, log: Log? = nil,
        _ body: (Pipeline) async throws -> Result
    ) async throws -> Result {
        try await Scope.with { scope in
            try await body(open(backEnds, broker: need, withSpool: withSpool, log, in: &scope))
        }
    }

    /// Opens the profiles alone, runs `body` and closes them: for what needs neither broker nor graph.
    ///
    /// - Parameter log: Receives what the store's adapter notices by itself.
    /// - Throws: The ``StoreError`` of the store, or the error of `body`.
    package static func withProfiles<Result>(
        of backEnds: BackEnds, log: Log? = nil, _ body: (any ProfileStore) async throws -> Result
    ) async throws -> Result {
        try await Scope.with { scope in
            let folder = try DataFolder(backEnds)
            return try await body(
                scope.add(try await backEnds.openProfiles(reserve: folder.reserve, log)) { await $0.close() })
        }
    }

    private static func open(
        _ backEnds: BackEnds, broker need: BrokerNeed, withSpool: Bool, _ log: Log?, in scope: inout Scope
    ) async throws -> Pipeline {
        let folder = try DataFolder(backEnds)
        let reserve = folder.reserve
        let executor = EventLoop(label: "publish")
        let broker = try await backEnds.openBroker(
            need, publishingOn: executor, reserve: reserve, log, in: &scope)
        let graph = scope.add(try await backEnds.openGraph(reserve: reserve, log)) { await $0.close() }
        let profiles = scope.add(try await backEnds.openProfiles(reserve: reserve, log)) { await $0.close() }
        let crashes = try CrashJournal(directory: "\(backEnds.dataDirectory)/crashes")
        let spool = withSpool ? try await backEnds.openSpool(reserve: reserve, in: &scope) : nil
        let arrivals = scope.add(
            ArrivalsFile(
                directory: backEnds.dataDirectory, notesAll: backEnds.notesAllArrivals, reserve: reserve)
        ) { await $0.close() }
        if let log { await folder.report(to: log, graph: graph, profiles: profiles) }
        return Pipeline(
            broker: broker, graph: graph, profiles: profiles, spool: spool, late: broker as? LateBroker,
            arrivals: arrivals, retry: backEnds.retry, crashes: crashes,
            pauseDirectory: "\(backEnds.dataDirectory)/pauses",
            systems: [
                .neo4j: backEnds.graph == .embedded ? "sqlite" : "neo4j",
                .qdrant: backEnds.vectors == .embedded ? "sqlite" : "qdrant",
            ], dataDirectory: backEnds.dataDirectory, publishingExecutor: executor)
    }

    /// The events that the pipeline gave up.
    package var deadLetters: DeadLetterQueue { DeadLetterQueue(broker) }
}
