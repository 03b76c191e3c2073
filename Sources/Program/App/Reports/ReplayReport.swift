package import DeadLetters
import JSON

/// What a replay did.
package struct ReplayReport: Report, Sendable {
    private let summary: Replay.Summary
    private let record: ReplayRecord

    /// What that replay did, as its record tells in full.
    package init(_ summary: Replay.Summary, _ record: ReplayRecord) {
        self.summary = summary
        self.record = record
    }

    /// As `POST /dlq/replay` answers, with the record's path.
    package var json: [UInt8] { summary.json(replay: record.id, recordedIn: record.path).bytes }

    /// One line.
    package var text: String {
        "\(summary.matched) letters matched, \(summary.sent) sent, \(summary.kept) kept\n"
    }
}

/// What a replay would do.
package struct ReplayPreview: Report, Sendable {
    private let counts: [String: Int]

    /// - Parameter counts: letters by the queue that they would go to; by an empty name those that would stay.
    package init(_ counts: [String: Int]) {
        self.counts = counts
    }

    /// As `POST /dlq/replay?dry_run=true` answers.
    package var json: [UInt8] { Replay.json(ofDryRun: counts).bytes }

    /// A line for each queue.
    package var text: String {
        if counts.isEmpty { return "no letter would be sent\n" }
        return counts.sorted { $0.key < $1.key }.map {
            $0.key.isEmpty
                ? "\($0.value) letters stay: nothing tells where they failed\n"
                : "\($0.value) letters would go to \($0.key)\n"
        }.joined()
    }
}
