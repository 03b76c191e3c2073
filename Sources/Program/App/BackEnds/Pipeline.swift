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
    /// Who did what.
    package let graph: any GraphStore
    /// Vectors and profiles.
    package let profiles: any ProfileStore
    /// Keeps events while the broker is away; nil where it was not asked for, is switched off, or would share the
    /// broker's own disk.
    package var spool: Spool?
    /// How often and when an event is tried again.
    var retry = RetryPolicy()
    /// Counts the workers that an event has killed.
    var crashes: CrashJournal?
    /// Where the workers' processes show that they do not write; see ``PauseBoard``.
    var pauseDirectory: String?
    /// What publishing to RabbitMQ runs on, for an API to share: it then publishes without a change of threads. Nil for
    /// the embedded broker, which commits on a queue of its own.
    var publishingExecutor: EventLoop?

    /// Opens the back ends, declares the topology, runs `body` and closes everything again.
    ///
    /// - Parameters:
    ///   - need: whether a broker that is away is an error.
    ///   - withSpool: whether the spool is needed too.
    ///   - log: told what the broker's adapter notices by itself.
    /// - Throws: what the back end says, ``MessagingError`` or ``StoreError``; ``LocationError`` for a part that cannot be
    ///   where it was said to be; what `body` throws.
    package static func with<Result>(
        _ backEnds: BackEnds, broker need: BrokerNeed = .now, withSpool: Bool = false, log: Log? = nil,
        _ body: (Pipeline) async throws -> Result
    ) async throws -> Result {
        try await Scope.with { scope in
            try await body(open(backEnds, broker: need, withSpool: withSpool, log, in: &scope))
        }
    }

    private static func open(
        _ backEnds: BackEnds, broker need: BrokerNeed, withSpool: Bool, _ log: Log?, in scope: inout Scope
    ) async throws -> Pipeline {
        let executor = backEnds.broker == .embedded ? nil : EventLoop(label: "publish")
        let broker = try await backEnds.openBroker(need, publishingOn: executor, log, in: &scope)
        let graph = scope.add(try await backEnds.openGraph()) { await $0.close() }
        let profiles = scope.add(try await backEnds.openProfiles()) { await $0.close() }
        let crashes = try CrashJournal(directory: "\(backEnds.dataDirectory)/crashes")
        let spool = withSpool ? try await backEnds.openSpool(in: &scope) : nil
        return Pipeline(
            broker: broker, graph: graph, profiles: profiles, spool: spool, retry: backEnds.retry, crashes: crashes,
            pauseDirectory: "\(backEnds.dataDirectory)/pauses", publishingExecutor: executor)
    }

    /// What the pipeline gave up.
    package var deadLetters: DeadLetterQueue { DeadLetterQueue(broker) }
}
