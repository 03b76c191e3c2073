import JSON
import Messaging
import Stores

/// Whether each part can be opened and read.
package struct HealthReport: Report, Sendable {
    /// The parts, and the error of each part that fails.
    package var parts: [(name: String, failure: String?)]

    /// Whether no part fails.
    package var isHealthy: Bool { parts.allSatisfy { $0.failure == nil } }

    /// Opens the back ends and reads from each of them.
    package static func read(_ backEnds: BackEnds) async -> HealthReport {
        do {
            return try await Pipeline.with(backEnds) { pipeline in
                await HealthReport(parts: [
                    ("broker", failure { _ = try await pipeline.broker.status(of: PipelineTopology.workQueues) }),
                    ("graph", failure { try await pipeline.graph.checkWriting() }),
                    ("vectors", failure { try await pipeline.profiles.checkWriting() }),
                ])
            }
        } catch {
            return HealthReport(parts: [("back ends", "\(error)")])
        }
    }

    private static func failure(_ check: () async throws -> Void) async -> String? {
        do {
            try await check()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// One JSON object: `status` and a member per part.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("status", isHealthy ? "healthy" : "unhealthy")
            json.key("checks")
            json.object { json in
                for part in parts { json.member(part.name, part.failure ?? "ok") }
            }
        }
        return json.bytes
    }

    package var text: String {
        TextTable(columns: [.left, .left], rows: parts.map { [$0.name, $0.failure ?? "ok"] }).text
    }
}
