package import Events
import JSON
import Messaging
import Stores

/// The result of `verify --compare-paths`: whether both paths brought the same events, and whether it is safe to go on with
/// one of them.
package struct PathReport: Report, Sendable {
    /// Why paths cannot be compared.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// What to compare.
    package struct Question: Sendable {
        /// Events of before are left out.
        package var since: Timestamp
        /// How long an event may be on its way.
        package var grace: Duration
        /// The folders of further ledgers.
        package var folders: [String]

        package init(since: Timestamp, grace: Duration, folders: [String]) {
            self.since = since
            self.grace = grace
            self.folders = folders
        }
    }

    private static let page = 2_000

    private let comparison: PathComparison
    private let shown: Int

    init(_ comparison: PathComparison, shown: Int) {
        self.comparison = comparison
        self.shown = shown
    }

    /// Compares what the ledgers have, and asks the broker what still waits.
    ///
    /// - Parameters:
    ///   - now: The wall clock.
    ///   - shown: The most ids that the text names per finding.
    /// - Throws: ``Failure`` where nothing was ever noted; the `StoreError` or `MessagingError` of the part that cannot be
    ///   read.
    package static func read(
        _ question: Question, _ pipeline: Pipeline, now: Timestamp, shown: Int
    ) async throws -> PathReport {
        try await MergedArrivals.with(pipeline, and: question.folders) { arrivals in
            var circumstances = PathComparison.Circumstances(now: now, grace: question.grace)
            // Before the ledger is read: what leaves a queue meanwhile is not missed.
            for kind in WorkerPlan.Kind.allCases {
                circumstances.queues[kind.arrivalPlace] = try await queue(of: kind, pipeline)
            }
            for place in circumstances.queues.keys {
                circumstances.queues[place]?.latest = try await arrivals.latest(at: place)
            }
            var comparison = PathComparison(circumstances)
            var last: Arrival?
            while true {
                let records = try await arrivals.records(since: question.since, after: last, limit: page)
                guard let end = records.last else { break }
                comparison.add(records)
                last = end.arrival
            }
            comparison.finish()
            return PathReport(comparison, shown: shown)
        }
    }

    private static func queue(
        of kind: WorkerPlan.Kind, _ pipeline: Pipeline
    ) async throws -> PathComparison.Circumstances.Queue {
        let delays = pipeline.retry.delays.map { PipelineTopology.retryQueue(of: kind.queue, $0) }
        let status = try await pipeline.broker.status(of: [kind.queue] + delays)
        var queue = PathComparison.Circumstances.Queue()
        queue.waiting = status[kind.queue]?.messages ?? 0
        queue.delayed = delays.reduce(0) { $0 + (status[$1]?.messages ?? 0) }
        queue.delayed += try await pipeline.spool?.status().messages ?? 0
        return queue
    }

    /// Whether all events that are not too young came the same by both paths, and there was at least one.
    package var isSafe: Bool { findings == 0 && comparison.waiting == 0 && comparison.both > 0 }

    private var findings: Int {
        comparison.directOnly.count + comparison.queueOnly.count + comparison.neither.count
            + comparison.different.count
    }

    /// The verdict, for people.
    package var verdict: String {
        if findings > 0 { return "not safe: \(events(findings)) did not come the same by both paths" }
        if comparison.waiting > 0 {
            return "not yet: \(events(comparison.waiting)) may still wait in a queue; look again when it is empty"
        }
        if comparison.both == 0 {
            return "nothing to compare: no event has come by both paths; the mode parallel sends events both ways"
        }
        return "safe to go on: \(events(comparison.both)) came the same by both paths"
    }

    private func events(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }

    private var lists: [(name: String, title: String, findings: [PathComparison.Finding])] {
        [
            ("direct_only", "by the direct path only", comparison.directOnly),
            ("queue_only", "by the queue only", comparison.queueOnly),
            ("neither", "by neither path into both stores", comparison.neither),
        ]
    }

    private var counts: [(name: String, title: String, count: Int)] {
        [
            ("on_the_way", "on the way", comparison.young), ("waiting", "in a queue", comparison.waiting),
            ("refused", "refused", comparison.refused), ("elsewhere", "not sent both ways", comparison.elsewhere),
        ]
    }

    /// One JSON object: `both`; lists with every id; counts; `safe` and `verdict`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("both", comparison.both)
            for (name, _, findings) in lists {
                json.key(name)
                json.array { json in
                    for finding in findings {
                        json.object { json in
                            json.member("event_id", finding.id)
                            json.key("missing")
                            json.array { json in
                                for name in finding.missing.names { json.string(name) }
                            }
                        }
                    }
                }
            }
            json.key("different")
            json.array { json in
                for id in comparison.different { json.id(id) }
            }
            for (name, _, count) in counts { json.member(name, count) }
            json.key("safe")
            json.bool(isSafe)
            json.member("verdict", verdict)
        }
        return json.bytes
    }

    /// A line with the counts, the first ids of each finding, and the verdict.
    package var text: String {
        var text = "both paths \(comparison.both)"
        for (_, title, findings) in lists { text += " · \(title) \(findings.count)" }
        text += " · different content \(comparison.different.count)"
        for (_, title, count) in counts { text += " · \(title) \(count)" }
        text += "\n"
        for (_, title, findings) in lists {
            text += list(title, findings.map { "\($0.id): not at \($0.missing.names.joined(separator: ", "))" })
        }
        text += list("with different content", comparison.different.map { "\($0)" })
        return text + verdict + "\n"
    }

    private func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let more = lines.count > shown ? "  and \(lines.count - shown) more\n" : ""
        return "\(title):\n" + lines.prefix(shown).map { "  \($0)\n" }.joined() + more
    }
}
