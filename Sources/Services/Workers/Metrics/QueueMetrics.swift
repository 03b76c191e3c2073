import Events
import Messaging
package import Metrics
import Stores
import Synchronization

/// What the workers of one queue have done since the process began. Safe to use from any thread.
package final class QueueMetrics: Sendable {
    /// What became of an event that its store answered for.
    package enum Outcome: String, CaseIterable, Sendable {
        /// It is in the store, and was not before.
        case stored
        /// The store had it: writing it again changed nothing.
        case repeated
        /// It was left out, since its user was erased after it had been received.
        case erased
    }

    /// The database by OpenTelemetry's `db.system.name`, such as `neo4j`.
    package let system: String
    private let outcomes = Counters<Outcome>()
    private let letters = Counters<DeadLetterReason>()
    /// From the receipt of an event until its store has committed it.
    private let age = Histogram(.durations)
    /// From the time of an event, as its client tells it, until its store has committed it.
    private let endToEnd = Histogram(.durations)
    private let batchSizes = Histogram(.counts)
    private let writes = Histogram(.durations)
    /// What happens rarely, by its label.
    private let rare = Mutex(Rare())

    private struct Rare {
        /// Writes that failed, by the kind of error.
        var failedWrites: [String: Histogram] = [:]
        /// Events that were put into a delay queue, by its label.
        var retries: [String: Int] = [:]
        var storeOutages = 0
        var brokerFailures = 0
    }

    /// Nothing has been done yet.
    package init(system: String) {
        self.system = system
    }

    /// The events that came to an end this way.
    package func count(of outcome: Outcome) -> Int { outcomes[outcome] }

    /// The events that were dead-lettered, for whatever reason.
    package var deadLettered: Int { letters.all.reduce(0) { $0 + $1.count } }

    /// The events that were put into a delay queue.
    package var retried: Int { rare.withLock { $0.retries.values.reduce(0, +) } }

    /// The time from receipt to effect, in microseconds.
    package var ages: Histogram.Snapshot { age.snapshot }

    /// Counts a batch that the store has committed at `moment`, after that time.
    func wrote(_ batch: InteractionBatch, _ applied: AppliedBatch, took: Duration, at moment: Timestamp) {
        outcomes.add(applied.inserted, to: .stored)
        outcomes.add(applied.alreadyPresent, to: .repeated)
        outcomes.add(applied.erased, to: .erased)
        batchSizes.add(batch.events.count)
        writes.add(took)
        for event in batch.events {
            if let receivedAt = event.receivedAt { age.add(moment.microseconds(since: receivedAt)) }
            endToEnd.add(moment.microseconds(since: event.time))
        }
    }

    /// Counts a batch that the store did not take.
    func failed(_ error: StoreError, took: Duration) {
        let histogram = rare.withLock { rare in
            let histogram = rare.failedWrites["\(error.code)"] ?? Histogram(.durations)
            rare.failedWrites["\(error.code)"] = histogram
            return histogram
        }
        histogram.add(took)
    }

    /// Counts what a worker reports beside its writes.
    package func count(_ report: WorkerReport) {
        switch report {
        case .wrote, .storeRecovered, .crashExplained, .crashesUncounted: break
        case .retrying(_, let count, let delay, _, _): rare.withLock { $0.retries[delay.label, default: 0] += count }
        case .deadLettered(_, let count, let reason, _, _): letters.add(count, to: reason)
        case .storeFailed: rare.withLock { $0.storeOutages += 1 }
        case .brokerFailed: rare.withLock { $0.brokerFailures += 1 }
        }
    }
}

extension Timestamp {
    /// Microseconds since an earlier moment; a time that a client has made up may be far away.
    fileprivate func microseconds(since earlier: Timestamp) -> Int {
        let (difference, overflows) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return overflows ? .max : Int(difference)
    }
}

extension QueueMetrics {
    /// Adds the metrics of several queues, in this order.
    package static func add(_ queues: [(queue: String, metrics: QueueMetrics)], to text: inout MetricsText) {
        func samples(_ values: (QueueMetrics) -> [(MetricsText.Labels, Double)]) -> [(MetricsText.Labels, Double)] {
            queues.flatMap { queue, metrics in
                values(metrics).map { labels, value in ([("queue", queue)] + labels, value) }
            }
        }
        func histograms(_ snapshot: (QueueMetrics) -> Histogram.Snapshot) -> [(MetricsText.Labels, Histogram.Snapshot)]
        {
            queues.map { ([("queue", $0.queue)], snapshot($0.metrics)) }
        }
        text.add(
            "debias_worker_events_total", .counter, "Events that the store has answered for, by what became of them.",
            samples { metrics in metrics.outcomes.all.map { ([("outcome", $0.label.rawValue)], Double($0.count)) } })
        text.add(
            "debias_worker_retries_total", .counter, "Events that wait in a delay queue for another attempt.",
            samples { metrics in
                metrics.rare.withLock { $0.retries }.sorted { $0.key < $1.key }
                    .map { ([("delay", $0.key)], Double($0.value)) }
            })
        text.add(
            "debias_worker_dead_letters_total", .counter, "Events that workers have dead-lettered.",
            samples { metrics in metrics.letters.all.map { ([("reason", $0.label.rawValue)], Double($0.count)) } })
        text.add(
            "debias_worker_store_failures_total", .counter,
            "Times that the store as a whole failed, after which workers wait.",
            samples { metrics in [([], Double(metrics.rare.withLock { $0.storeOutages }))] })
        text.add(
            "debias_worker_broker_failures_total", .counter, "Times that the broker failed a worker.",
            samples { metrics in [([], Double(metrics.rare.withLock { $0.brokerFailures }))] })
        text.add(
            "debias_event_age_seconds",
            "Time from the receipt of an event until its store has committed it.", histograms { $0.age.snapshot })
        text.add(
            "debias_event_end_to_end_seconds",
            "Time from an event's event_time until its store has committed it.", histograms { $0.endToEnd.snapshot })
        text.add(
            "debias_worker_batch_events", "Events that are written at once.", histograms { $0.batchSizes.snapshot })
        text.add(
            "db_client_operation_duration_seconds", "Time that a store takes to write a batch.",
            queues.flatMap { queue, metrics in
                let labels = [
                    ("db_system_name", metrics.system), ("db_operation_name", "write_batch"), ("queue", queue),
                ]
                let failed = metrics.rare.withLock { $0.failedWrites }.sorted { $0.key < $1.key }
                return [(labels + [("error_type", "")], metrics.writes.snapshot)]
                    + failed.map { (labels + [("error_type", $0.key)], $0.value.snapshot) }
            })
    }
}
