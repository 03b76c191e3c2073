import JSON
package import Messaging
import RabbitMQMessaging

/// What became of the queues of a migration.
package struct MigrationReport: Report, Sendable {
    private let outcomes: [TopologyMigration.Outcome]
    private let isDryRun: Bool

    /// Whether a queue is, or was, to be moved.
    package var isNeeded: Bool { outcomes.contains(where: \.isMoved) }

    /// Brings the queues of `backEnds` to the arguments that it has.
    ///
    /// - Parameters:
    ///   - isDryRun: Whether to look only.
    ///   - progress: Is told what is done, and with how many messages so far.
    /// - Throws: `.failed` for a broker other than RabbitMQ, for queues with consumers and for limits below what waits;
    ///   `.unavailable` if the broker is away.
    package static func migrate(
        _ backEnds: BackEnds, isDryRun: Bool, _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws(MessagingError) -> MigrationReport {
        guard let configuration = try backEnds.rabbitMQConfiguration() else {
            throw MessagingError(
                .failed, "the broker is embedded, whose queues are of one type: name RabbitMQ by --broker")
        }
        let migration = await TopologyMigration(configuration, backEnds.topology)
        do throws(MessagingError) {
            let outcomes = isDryRun ? try await migration.preview() : try await migration.run(progress)
            await migration.close()
            return MigrationReport(outcomes: outcomes, isDryRun: isDryRun)
        } catch {
            await migration.close()
            throw error
        }
    }

    /// One JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("dry_run", isDryRun)
            json.key("queues")
            json.array { json in
                for outcome in outcomes {
                    json.object { json in
                        json.member("queue", outcome.queue)
                        json.member("moved", outcome.isMoved)
                        json.member("messages_before", outcome.before)
                        if let after = outcome.after { json.member("messages_after", after) }
                    }
                }
            }
        }
        return json.bytes
    }

    package var text: String {
        TextTable(
            header: ["queue", "", "messages before", "after"], columns: [.left, .left, .right, .right],
            rows: outcomes.map { outcome in
                let word = outcome.isMoved ? (isDryRun ? "to be moved" : "moved") : "as wanted"
                return [outcome.queue, word, "\(outcome.before)", outcome.after.map { "\($0)" } ?? ""]
            }
        ).text
    }
}
