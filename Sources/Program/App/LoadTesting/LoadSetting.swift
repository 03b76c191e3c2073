import JSON
import Messaging
import Platform
import Stores

/// On what a load test was run: what figures depend on beside the program.
struct LoadSetting: Sendable, Hashable {
    /// Names and versions of broker, graph and vectors.
    var broker: String
    var graph: String
    var vectors: String
    /// What an answer of 200 has waited for.
    var durability: String
    /// The processors of the machine that the generator ran on.
    var processors: Int

    /// - Throws: The ``StoreError`` of a store that does not answer.
    static func read(_ pipeline: Pipeline, _ backEnds: BackEnds) async throws -> LoadSetting {
        LoadSetting(
            broker: await pipeline.broker.serverName() ?? "embedded",
            graph: try await pipeline.graph.server()?.name ?? "embedded",
            vectors: try await pipeline.profiles.server()?.name ?? "embedded",
            durability: backEnds.durability, processors: ProcessStatistics.processors())
    }

    func write(to json: inout JSONWriter) {
        json.member("generator", "debias-events \(Version.current)")
        json.member("broker", broker)
        json.member("graph", graph)
        json.member("vectors", vectors)
        json.member("durability", durability)
        json.member("processors", processors)
    }
}

extension BackEnds {
    /// What is done with an event before it is answered with 200.
    fileprivate var durability: String {
        switch broker {
        case .embedded: "one SQLite transaction for both queues, on the disk before the answer (WAL, synchronous=FULL)"
        case .url:
            "persistent messages, confirmed by the broker for both queues (durable, --queue-type \(queueType.rawValue)); "
                + "while it is away, the spool: SQLite, on the disk before the answer"
        }
    }
}
