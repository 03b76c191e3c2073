package import DeadLetters
import JSON

package struct ReplayReport: Report, Sendable {
    private let summary: Replay.Summary
    private let record: ReplayRecord

    /// Reports the summary of a replay, whose record holds the outcome of each letter.
    package init(_ summary: Replay.Summary, _ record: ReplayRecord) {
        self.summary = summary
        self.record = record
    }

    /// The same object as in the answer to `POST /dlq/replay`, with the record's path.
    package var json: [UInt8] { summary.json(replay: record.id, recordedIn: record.path).bytes }

    package var text: String {
        "\(summary.matched) letters matched, \(summary.sent) sent, \(summary.kept) kept\n"
    }
}

/// A preview of a replay.
package struct ReplayPreview: Report, Sendable {
    private let counts: [String: Int]

    /// - Parameter counts: The number of letters by their destination queue; an empty name counts letters that would
    ///   stay.
    package init(_ counts: [String: Int]) {
        self.counts = counts
    }

    /// The same object as in the answer to `POST /dlq/replay?dry_run=true`.
    package var json: [UInt8] { Replay.json(ofDryRun: counts).bytes }

    /// A line per queue.
    package var text: String {
        if counts.isEmpty { return "no letter would be sent\n" }
        return counts.sorted { $0.key < $1.key }.map {
            $0.key.isEmpty
                ? "\($0.value) letters would stay: the queue in which they failed is unknown\n"
                : "\($0.value) letters would go to \($0.key)\n"
        }.joined()
    }
}
