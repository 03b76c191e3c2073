public import Events
public import Messaging
import Stores

/// Takes events from one queue and brings them into one store: a batch is acknowledged only after the store has
/// committed it, so that a crash at any moment means a repetition and never a loss.
///
/// Run it by one task; ``stop()`` may be called from anywhere.
public final class Worker: Sendable {
    private let queue: String
    private let sink: any EventSink
    private let broker: any Broker
    private let configuration: WorkerConfiguration
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (WorkerReport) -> Void
    private let stopSignal = StopSignal()

    /// A worker between `queue` and `sink`.
    ///
    /// - Parameters:
    ///   - now: the wall clock.
    ///   - report: told of every batch and failure; called by the worker's task and expected to return at once.
    public init(
        queue: String, sink: any EventSink, broker: any Broker, configuration: WorkerConfiguration,
        now: @escaping @Sendable () -> Timestamp, report: @escaping @Sendable (WorkerReport) -> Void
    ) {
        self.queue = queue
        self.sink = sink
        self.broker = broker
        self.configuration = configuration
        self.now = now
        self.report = report
    }

    /// Asks the worker to write and acknowledge what it holds, and to end.
    public func stop() {
        stopSignal.raise()
    }

    /// Works until ``stop()`` is called or the task is cancelled; failures of broker and store are waited out.
    public func run() async {
        var failures = 0
        while !stopSignal.isRaised, !Task.isCancelled {
            do throws(MessagingError) {
                let publisher = try await broker.makePublisher()
                let consumer = try await broker.consume(queue, prefetch: configuration.prefetch)
                await work(consumer, publisher)
                await consumer.close()
                failures = 0
            } catch {
                failures += 1
                await pause(configuration.brokerBackoff, after: failures) {
                    .brokerFailed(queue: queue, error, retryIn: $0)
                }
            }
        }
    }

    /// Consumes until told to stop; failures of the broker are left to the consumer, which resumes by itself.
    private func work(_ consumer: any Consumer, _ publisher: any Publisher) async {
        await withTaskGroup { group in
            group.addTask { [stopSignal] in
                await stopSignal.wait()
                await consumer.cancel()
            }
            var failures = 0
            consuming: while true {
                do throws(MessagingError) {
                    let deliveries = try await consumer.next(
                        upTo: configuration.batch, linger: configuration.linger)
                    if deliveries.isEmpty { break consuming }
                    try await process(deliveries, consumer, publisher)
                    failures = 0
                } catch {
                    if error.code == .closed || error.code == .notFound || stopSignal.isRaised {
                        report(.brokerFailed(queue: queue, error, retryIn: .zero))
                        break consuming
                    }
                    failures += 1
                    await pause(configuration.brokerBackoff, after: failures) {
                        .brokerFailed(queue: queue, error, retryIn: $0)
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func process(
        _ deliveries: [Delivery], _ consumer: any Consumer, _ publisher: any Publisher
    ) async throws(MessagingError) {
        let triage = BatchTriage(deliveries, receivedAt: now())
        let rejected = try await write(triage.items[...], consumer)
        try await deadLetter(triage.failures + rejected, consumer, publisher)
    }

    /// Writes and acknowledges; what the store refuses for good is found by halving and returned, the rest is
    /// written. Without a store, waits; what is not written when the worker stops stays unacknowledged.
    private func write(
        _ items: ArraySlice<BatchTriage.Item>, _ consumer: any Consumer
    ) async throws(MessagingError) -> [BatchTriage.Failure] {
        guard let first = items.first else { return [] }
        var failures = 0
        while true {
            do throws(StoreError) {
                let applied = try await sink.write(InteractionBatch(items.map(\.event)))
                if failures > 0 { report(.storeRecovered(queue: queue)) }
                report(.wrote(queue: queue, applied))
                break
            } catch {
                if error.code == .rejected {
                    if items.count == 1 {
                        return [.init(delivery: first.delivery, reason: .rejected, error: error.message)]
                    }
                    let middle = items.startIndex + items.count / 2
                    return try await write(items[..<middle], consumer) + write(items[middle...], consumer)
                }
                failures += 1
                if stopSignal.isRaised || Task.isCancelled { return [] }
                await pause(configuration.backoff, after: failures) { .storeFailed(queue: queue, error, retryIn: $0) }
            }
        }
        try await consumer.settle(items.map(\.delivery.tag), .acknowledge)
        return []
    }

    /// Moves deliveries to the dead-letter queue: each leaves its own queue only when the other holds it.
    private func deadLetter(
        _ failed: [BatchTriage.Failure], _ consumer: any Consumer, _ publisher: any Publisher
    ) async throws(MessagingError) {
        guard !failed.isEmpty else { return }
        let outcomes = await publisher.publish(failed.map(publication))
        let moved = zip(failed, outcomes).filter { $1 == .confirmed }.map(\.0)
        try await consumer.settle(moved.map(\.delivery.tag), .acknowledge)
        for (reason, group) in Dictionary(grouping: moved, by: \.reason) {
            report(.deadLettered(queue: queue, count: group.count, reason: reason, error: group[0].error))
        }
        guard let unmoved = outcomes.first(where: { $0 != .confirmed }) else { return }
        let held = zip(failed, outcomes).filter { $1 != .confirmed }.map(\.0.delivery.tag)
        try await consumer.settle(held, .requeue)
        throw MessagingError(
            .failed, "\(held.count) events could not be put into \(PipelineTopology.deadLetterQueue): \(unmoved)")
    }

    private func publication(of failure: BatchTriage.Failure) -> Publication {
        let moment = now().microseconds
        var message = failure.delivery.message
        DeadLetterHeaders(
            queue: queue, reason: failure.reason, error: failure.error, attempts: 1, firstFailedAt: moment,
            lastFailedAt: moment, worker: configuration.name
        ).write(to: &message.properties.headers)
        return Publication(
            exchange: PipelineTopology.deadLetterExchange, routingKey: PipelineTopology.routingKey, message: message)
    }

    private func pause(_ backoff: Backoff, after failures: Int, _ told: (Duration) -> WorkerReport) async {
        var generator = SystemRandomNumberGenerator()
        let delay = backoff.delay(afterFailures: failures, using: &generator)
        report(told(delay))
        await stopSignal.wait(upTo: delay)
    }
}
