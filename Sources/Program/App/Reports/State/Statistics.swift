import Events
import HTTPAPI
import JSON
package import Messaging
package import Stores
import Workers

/// The result of `stats`, which has the same form for every back end.
package struct Statistics: Report, Sendable {
    package var graph: GraphStatistics
    package var profiles: ProfileStatistics
    /// Every queue of the topology that exists, in the topology's order.
    package var queues: [(name: String, status: QueueStatus)]
    /// The spool, which holds events on this machine while the broker is away; nil without one.
    package var spool: SpoolStatus?
    /// Why workers on the data folder wait for their store, by the queue whose messages wait.
    package var pauses: [String: String] = [:]

    package var deadLetters: Int {
        queues.first { $0.name == PipelineTopology.deadLetterQueue }?.status.messages ?? 0
    }

    /// Reads the counts of all parts at this moment.
    ///
    /// - Throws: The ``MessagingError`` or ``StoreError`` of the part that cannot be read.
    package static func read(_ pipeline: Pipeline) async throws -> Statistics {
        let names = PipelineTopology.topology().queues.map(\.name)
        async let graph = pipeline.graph.statistics()
        async let profiles = pipeline.profiles.statistics()
        let status = try await pipeline.broker.status(of: names)
        return try await Statistics(
            graph: graph, profiles: profiles, queues: names.compactMap { name in status[name].map { (name, $0) } },
            spool: pipeline.spool?.status(),
            pauses: pipeline.pauseDirectory.map { try PauseBoard.read(directory: $0) } ?? [:])
    }

    /// One JSON object: `users`, `products`, `interactions`, `by_type`, `profiles`, `vectors`, `queues`,
    /// `dead_letters`, `spool` where there is one, and `paused_workers` where workers wait.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("users", graph.users)
            json.member("products", graph.products)
            json.member("interactions", graph.interactions)
            json.key("by_type")
            json.object { json in
                for type in EventType.allCases {
                    json.member(type.rawValue, graph.interactionsByType[type] ?? 0)
                }
            }
            json.member("profiles", profiles.profiles)
            json.member("vectors", profiles.vectors)
            json.key("queues")
            json.object { json in
                for queue in queues {
                    json.key(queue.name)
                    json.object { json in
                        json.members(ofMessages: queue.status)
                        json.member("consumers", queue.status.consumers)
                    }
                }
            }
            json.member("dead_letters", deadLetters)
            if let spool {
                json.key("spool")
                json.object { json in
                    json.member("messages", spool.messages)
                    json.member("limit", spool.limit)
                }
            }
            if !pauses.isEmpty { json.member("paused_workers", pauses) }
        }
        return json.bytes
    }

    package var text: String {
        var rows: [(String, String)] = [
            ("users", "\(graph.users)"), ("products", "\(graph.products)"),
            ("interactions", "\(graph.interactions)"),
        ]
        for type in EventType.allCases { rows.append(("  \(type.rawValue)", "\(graph.interactionsByType[type] ?? 0)")) }
        rows += [("profiles", "\(profiles.profiles)"), ("vectors", "\(profiles.vectors)")]
        let stores = TextTable(columns: [.left, .right], rows: rows.map { [$0.0, $0.1] }).text
        let queues = TextTable(
            header: ["queue", "ready", "unacknowledged", "consumers"], columns: [.left, .right, .right, .right],
            rows: queues.map { name, status in
                [name, "\(status.ready)", status.unacknowledged.map { "\($0)" } ?? "not told", "\(status.consumers)"]
            } + (spool.map { [["spool (of \($0.limit))", "\($0.messages)", "", ""]] } ?? [])
        ).text
        let paused = pauses.sorted { $0.key < $1.key }
            .map { "workers of \($0.key) wait for their store: \($0.value)\n" }
        return stores + "\n" + queues + (paused.isEmpty ? "" : "\n" + paused.joined())
    }
}
