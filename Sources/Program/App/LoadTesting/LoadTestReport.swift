import EventLoops
import Events
import JSON
import LoadTesting

/// How a load test went: what was sent and answered, how long it took, and what the stores have of it.
package struct LoadTestReport: Report, Sendable {
    let plan: LoadTest.Plan
    let result: LoadResult
    let settled: Settling.Outcome
    let audit: VerificationReport
    /// How old events were when each store had them; nil where the server does not tell.
    let ages: [(store: String, ages: EventAges?)]
    let setting: LoadSetting

    private var tally: LoadTally { result.tally }

    /// Why the test failed; nil if every acknowledged event is accounted for, and nothing is doubled, changed or unexpected.
    package var failure: String? {
        if let failure = result.failure { return failure }
        if tally.accepted > 0, audit.graph.stored + audit.vectors.stored == 0, settled.waiting == 0 {
            return "nothing of what was accepted is in these stores: name those of the server by --data-dir, or by "
                + "--broker, --graph and --vectors, and see whether its workers run"
        }
        if !audit.isAccounted {
            return settled.isSettled
                ? "not every acknowledged event is accounted for exactly once, with its content"
                : "after \(settled.time.shown) some events were not stored, and \(settled.waiting) messages wait in "
                    + "queues: --settle waits longer, and `debias-events verify --ledger FILE` looks again"
        }
        return tally.accepted == 0 && tally.sent > 0 ? "no event was accepted: \(tally.whyNot)" : nil
    }

    /// Whether the figures are the server's.
    var verdict: GeneratorVerdict {
        GeneratorVerdict(
            tally, interval: schedule.interval(connections: plan.connections), processorShare: result.processorShare)
    }

    private var schedule: SendSchedule {
        SendSchedule(plan.limit, plan.pace, batch: plan.batch, warmUp: plan.warmUp)
    }

    /// Acknowledged events that both stores have once.
    private var stored: Int { min(audit.graph.stored, audit.vectors.stored) }

    private var missing: Int { max(audit.graph.missing.count, audit.vectors.missing.count) }

    /// While messages wait, nothing of what is missing is lost.
    private var lost: Int { settled.isSettled ? missing : 0 }

    private var pending: Int { settled.isSettled ? 0 : missing }

    private var deadLettered: Int { max(audit.graph.deadLettered.count, audit.vectors.deadLettered.count) }

    private var doubled: Int { max(audit.graph.doubled.count, audit.vectors.doubled.count) }

    /// One JSON object, which docs/load-testing.md describes.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("status", failure == nil ? "good" : "failed")
            if let failure { json.member("failure", failure) }
            json.member("stored", stored)
            json.member("pending", pending)
            json.member("lost", lost)
            json.member("doubled", doubled)
            writeRequests(&json)
            writeLatency(&json)
            writeGenerator(&json)
            json.key("settled")
            json.object { json in
                json.member("complete", settled.isSettled)
                json.member("seconds", settled.time.seconds)
                json.member("waiting", settled.waiting)
            }
            json.key("audit")
            json.object { json in audit.write(to: &json) }
            json.key("setting")
            json.object { json in setting.write(to: &json) }
            json.member("started_at", result.startedAt)
            json.key("seed")
            json.integer(plan.seed)
            json.member("command", plan.command)
        }
        return json.bytes
    }

    private func writeRequests(_ json: inout JSONWriter) {
        json.key("events")
        json.object { json in
            for (name, count) in counts { json.member(name, count) }
            json.key("refused_by_status")
            json.object { json in
                for (status, count) in tally.refused.sorted(by: { $0.key < $1.key }) { json.member("\(status)", count) }
            }
            json.member("measured", tally.measuredEvents)
            json.member("measured_per_second", tally.rate)
            json.member("seconds", result.time.seconds)
        }
        json.key("shape")
        json.object { json in
            json.member("model", schedule.isOpen ? "open" : "closed")
            if case .rate(let rate) = plan.pace { json.member("rate", rate) }
            json.member("connections", plan.connections)
            json.member("batch", plan.batch)
            json.member("duplicates", plan.duplicates)
        }
    }

    private func writeLatency(_ json: inout JSONWriter) {
        for (name, histogram) in [("latency", tally.corrected), ("latency_raw", tally.raw), ("send_lag", tally.lag)] {
            json.key(name)
            json.object { json in
                json.member("count", histogram.count)
                for (label, share) in LatencyHistogram.shown {
                    json.member("\(label)_microseconds", histogram.percentile(share))
                }
                json.member("max_microseconds", histogram.maximum)
            }
        }
        json.key("age")
        json.object { json in
            for (store, ages) in ages {
                guard let ages else { continue }
                json.key(store)
                json.object { json in
                    json.member("count", ages.count)
                    for (label, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1)] {
                        // Infinity, beyond the last bound, becomes null.
                        if let bound = ages.bound(share) { json.member("\(label)_at_most_seconds", bound) }
                    }
                }
            }
        }
    }

    private func writeGenerator(_ json: inout JSONWriter) {
        json.key("generator")
        json.object { json in
            json.member("processor_share", result.processorShare)
            json.member("valid", verdict.reason == nil)
            if let reason = verdict.reason { json.member("verdict", reason) }
        }
    }

    private var counts: [(String, Int)] {
        [
            ("offered", result.offered), ("sent", tally.sent), ("dropped", result.dropped),
            ("repetitions", tally.repetitions), ("answered", tally.answered), ("accepted", tally.accepted),
            ("refused", tally.refusedCount), ("indeterminate", tally.indeterminate),
        ]
    }

    /// A line with the verdict of the audit, and a table of the rest.
    package var text: String {
        var head = "sent \(tally.sent)"
        if tally.repetitions > 0 { head += " · again \(tally.repetitions)" }
        head += " · stored \(stored) · lost \(lost) · doubled \(doubled)"
        for (name, count) in [("not stored yet", pending), ("dead-lettered", deadLettered)] where count > 0 {
            head += " · \(name) \(count)"
        }
        head += "\n"
        var rows: [[String]] = [["events", counts.map { "\($0.0) \($0.1)" }.joined(separator: " · ")]]
        rows += tally.refused.sorted { $0.key < $1.key }.map { ["  refused by \($0.key)", "\($0.value)"] }
        rows.append(["measured", measured])
        rows.append([schedule.isOpen ? "latency, from due time" : "latency", tally.corrected.text])
        if schedule.isOpen { rows.append(["latency, from sending", tally.raw.text]) }
        for (store, ages) in ages { rows.append(["age in \(store)", ages.map(Self.text) ?? Self.untold]) }
        rows.append(["graph", audit.graph.counts])
        rows.append(["vectors", audit.vectors.counts])
        rows.append(["settled", "\(settled.isSettled ? "" : "not ")after \(settled.time.shown)"])
        rows.append(["generator", generator])
        rows.append(["setting", "\(setting.broker), \(setting.graph), \(setting.vectors) · \(setting.durability)"])
        rows.append(["again", plan.command])
        let notes = [("first refusal", tally.firstRefusal), ("no answer", tally.firstFailure)].map { name, text in
            text.map { "\(name): \($0)\n" } ?? ""
        }.joined()
        return head + "\n" + TextTable(columns: [.left, .left], rows: rows).text + notes + audit.findings
            + (verdict.reason.map { $0 + "\n" } ?? "")
    }

    private static let untold = "not told by the server, whose workers may be other processes"

    private var measured: String {
        guard tally.measuredEvents > 0 else { return "nothing: all that was sent was for warming up" }
        let warmUp = tally.accepted + tally.refusedCount + tally.indeterminate - tally.measuredEvents
        return "\(Int(tally.rate)) events/s, without the first \(warmUp) events"
    }

    private var generator: String {
        "\(Int((100 * result.processorShare).rounded())) % of a processor · sent late by p99 "
            + "\(LatencyHistogram.text(tally.lag.percentile(0.99))) · \(plan.connections) connections · seed \(plan.seed)"
    }

    private static func text(_ ages: EventAges) -> String {
        guard ages.count > 0 else { return untold }
        return [("p50", 0.5), ("p99", 0.99), ("max", 1)].compactMap { label, share in
            ages.bound(share).map { "\(label) \($0.isFinite ? "≤ \(Duration.seconds($0).shown)" : "above 5 min")" }
        }.joined(separator: " · ")
    }
}

extension LoadTally {
    /// The first reason for which events were not accepted.
    fileprivate var whyNot: String { firstRefusal ?? firstFailure ?? "there was no answer" }
}

extension SendSchedule {
    /// Whether requests have times at which they are due.
    fileprivate var isOpen: Bool { pace != .closed }
}

extension LatencyHistogram {
    /// The percentiles that are told, with their names.
    fileprivate static let shown = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99_9", 0.999)]

    /// The percentiles and the maximum, for people.
    fileprivate var text: String {
        guard count > 0 else { return "none was measured" }
        let parts = Self.shown.map { label, share in
            "\(label.replacing("_", with: ".")) \(Self.text(percentile(share)))"
        }
        return (parts + ["max \(Self.text(maximum))"]).joined(separator: " · ")
    }

    /// Microseconds in a unit that suits them.
    fileprivate static func text(_ microseconds: Int) -> String {
        switch microseconds {
        case ..<1_000: "\(microseconds) µs"
        case ..<100_000: "\(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
        default: Duration.microseconds(microseconds).shown
        }
    }
}
