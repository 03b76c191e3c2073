import EventLoops
package import Events
package import Messaging
import Platform
import Stores
import Synchronization

/// Takes events from one queue and brings them into one store: a batch is acknowledged only after the store has
/// committed it, so that a crash at any moment means a repetition and never a loss.
///
/// Run it by one task; ``stop()`` may be called from anywhere.
package final class Worker: Sendable {
    private let queue: String
    private let sink: any EventSink
    private let broker: any Broker
    private let breaker: StoreBreaker
    private let crashes: CrashJournal?
    private let configuration: WorkerConfiguration
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (WorkerReport) -> Void
    private let stopSignal = StopSignal()
    /// When it began what it is at; nil while it waits for events, or for a store that is known to be away.
    private let stepBegan = Mutex<ContinuousClock.Instant?>(nil)

    /// A worker between `queue` and `sink`.
    ///
    /// - Parameters:
    ///   - breaker: shared by the workers of one store.
    ///   - crashes: nil leaves crashes uncounted: an event that kills its worker is then delivered for ever.
    ///   - now: the wall clock.
    ///   - report: told of every batch and failure; called by the worker's task and expected to return at once.
    package init(
        queue: String, sink: any EventSink, broker: any Broker, breaker: StoreBreaker = StoreBreaker(),
        crashes: CrashJournal? = nil, configuration: WorkerConfiguration, now: @escaping @Sendable () -> Timestamp,
        report: @escaping @Sendable (WorkerReport) -> Void
    ) {
        self.queue = queue
        self.sink = sink
        self.broker = broker
        self.breaker = breaker
        self.crashes = crashes
        self.configuration = configuration
        self.now = now
        self.report = report
    }

    /// Since when it has been at one and the same step (a write, a hand-over to another queue); nil while it has
    /// nothing to do or waits for a store that is known to be away. A step of minutes means that it hangs.
    package var busySince: ContinuousClock.Instant? { stepBegan.withLock { $0 } }

    private func beginStep() { stepBegan.withLock { $0 = .now } }
    private func endStep() { stepBegan.withLock { $0 = nil } }

    /// Asks the worker to write and acknowledge what it holds, and to end.
    package func stop() {
        stopSignal.raise()
    }

    /// Works until ``stop()`` is called or the task is cancelled; failures of broker and store are waited out.
    package func run() async {
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
                await pause(after: failures, error)
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
                    if let failure = await process(deliveries, consumer, publisher) {
                        failures += 1
                        await pause(after: failures, failure.error)
                        // What could not be settled goes back to the queue with its consumer.
                        if failure.isOfSettling { break consuming }
                    } else {
                        failures = 0
                    }
                } catch {
                    if error.code == .closed || error.code == .notFound || stopSignal.isRaised {
                        report(.brokerFailed(queue: queue, error, retryIn: .zero))
                        break consuming
                    }
                    failures += 1
                    await pause(after: failures, error)
                }
            }
            group.cancelAll()
        }
    }

    /// What the broker did not take of a batch.
    private struct BatchFailure {
        let error: MessagingError
        /// Whether a settlement failed: the consumer may hold deliveries that nobody will settle any more. Otherwise
        /// each one is settled, by giving it back where it could not be moved.
        let isOfSettling: Bool
    }

    /// What was delivered before comes first and one by one: one of them may have killed its worker, and is then the
    /// only one that is under way when it does so again.
    private func process(
        _ deliveries: [Delivery], _ consumer: any Consumer, _ publisher: any Publisher
    ) async -> BatchFailure? {
        beginStep()
        defer { endStep() }
        // The first one that could not be moved delays none of the others.
        var unmoved: MessagingError?
        do throws(MessagingError) {
            var fresh: [Delivery] = []
            for delivery in deliveries {
                if delivery.redelivered, let crashes {
                    try await processAlone(delivery, crashes, consumer, publisher, &unmoved)
                } else {
                    fresh.append(delivery)
                }
            }
            try await processTogether(fresh, consumer, publisher, &unmoved)
        } catch {
            return BatchFailure(error: error, isOfSettling: true)
        }
        return unmoved.map { BatchFailure(error: $0, isOfSettling: false) }
    }

    private func processAlone(
        _ delivery: Delivery, _ crashes: CrashJournal, _ consumer: any Consumer, _ publisher: any Publisher,
        _ unmoved: inout MessagingError?
    ) async throws(MessagingError) {
        // A store that is away is waited for before anything is noted: a worker that is killed meanwhile did not die of
        // the event.
        while await admitted() {
            let count: Int
            do throws(SystemError) {
                count = try crashes.begin(delivery, queue: queue)
            } catch {
                // Without the note a crash goes uncounted; without the attempt nothing would go on at all.
                report(.crashesUncounted(queue: queue, error: "\(error)"))
                count = 0
            }
            defer { crashes.end(delivery, queue: queue) }
            guard count < configuration.crashLimit else {
                breaker.abandoned()
                let failed = FailedDelivery(
                    delivery: delivery, failure: .permanent(.retriesExhausted),
                    error: "its worker ended \(count) times while it processed this event alone")
                return try await move([failed], consumer, publisher, &unmoved)
            }
            let triage = BatchTriage([delivery], receivedAt: now())
            guard triage.failures.isEmpty else {
                breaker.abandoned()
                return try await move(triage.failures, consumer, publisher, &unmoved)
            }
            if try await attempt(triage.items[...], consumer, publisher, &unmoved).isEmpty { return }
        }
    }

    private func processTogether(
        _ deliveries: [Delivery], _ consumer: any Consumer, _ publisher: any Publisher,
        _ unmoved: inout MessagingError?
    ) async throws(MessagingError) {
        guard !deliveries.isEmpty else { return }
        let triage = BatchTriage(deliveries, receivedAt: now())
        try await move(triage.failures, consumer, publisher, &unmoved)
        var rest = triage.items[...]
        while !rest.isEmpty, await admitted() { rest = try await attempt(rest, consumer, publisher, &unmoved) }
    }

    /// Writes and acknowledges, and moves what the store does not take.
    ///
    /// - Returns: what is to be tried again because the store as a whole is away; what is not written when the worker
    ///   stops stays unacknowledged.
    private func attempt(
        _ items: ArraySlice<BatchTriage.Item>, _ consumer: any Consumer, _ publisher: any Publisher,
        _ unmoved: inout MessagingError?
    ) async throws(MessagingError) -> ArraySlice<BatchTriage.Item> {
        var writing = BatchWriting(sink)
        // Up to where everything is committed.
        var done = items.startIndex
        do throws(BatchInterruption) {
            try await writing.write(items) { (part, applied) throws(BatchInterruption) in
                storeAnswered()
                report(.wrote(queue: queue, applied))
                if part.startIndex == done { done = part.endIndex }
                do throws(MessagingError) {
                    try await consumer.settle(part.map(\.delivery.tag), .acknowledge)
                } catch {
                    throw .broker(error)
                }
            }
        } catch {
            switch error {
            case .broker(let error): throw error
            case .store(let error):
                report(.storeFailed(queue: queue, error, retryIn: breaker.failed(error)))
                return items[done...]
            }
        }
        // If only to refuse.
        storeAnswered()
        try await move(writing.failures, consumer, publisher, &unmoved)
        return []
    }

    private func storeAnswered() {
        beginStep()
        if breaker.succeeded() { report(.storeRecovered(queue: queue)) }
    }

    /// Waits until the breaker lets this worker write; false when it is to stop.
    private func admitted() async -> Bool {
        defer { beginStep() }
        while !Task.isCancelled {
            switch breaker.admission() {
            case .go: return true
            case .wait(let duration):
                endStep()
                if stopSignal.isRaised { return false }
                await stopSignal.wait(upTo: duration)
            }
        }
        return false
    }

    /// Moves deliveries to where they are tried again or given up: each leaves its own queue only when the other holds
    /// it. What cannot be moved goes back, and `unmoved` says why.
    private func move(
        _ failed: [FailedDelivery], _ consumer: any Consumer, _ publisher: any Publisher,
        _ unmoved: inout MessagingError?
    ) async throws(MessagingError) {
        guard !failed.isEmpty else { return }
        // Waiting for the broker once is enough for a batch.
        guard unmoved == nil else { return try await consumer.settle(failed.map(\.delivery.tag), .requeue) }
        let moment = now()
        let routes = failed.map {
            $0.route(in: queue, configuration.retry, worker: configuration.name, at: moment)
        }
        let outcomes = await publish(routes, publisher)
        let moved = outcomes.indices.filter { outcomes[$0] == .confirmed }
        try await consumer.settle(moved.map { failed[$0].delivery.tag }, .acknowledge)
        for (decision, group) in Dictionary(grouping: moved, by: { routes[$0].decision }) {
            let error = failed[group[0]].error
            switch decision {
            case .retry(let delay):
                report(.retrying(queue: queue, count: group.count, after: delay, error: error))
            case .deadLetter(let reason):
                report(.deadLettered(queue: queue, count: group.count, reason: reason, error: error))
            }
        }
        // Never to be published as it is: the broker moves it itself, to the dead letters, without a word of why.
        let rejected = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if let first = rejected.first {
            try await consumer.settle(rejected.map { failed[$0].delivery.tag }, .reject)
            report(
                .deadLettered(queue: queue, count: rejected.count, reason: .rejected, error: failed[first].error))
        }
        let held = outcomes.indices.filter { outcomes[$0] != .confirmed && !outcomes[$0].isUnencodable }
        guard let first = held.first else { return }
        try await consumer.settle(held.map { failed[$0].delivery.tag }, .requeue)
        let publication = routes[first].publication
        let target = publication.exchange.isEmpty ? publication.routingKey : PipelineTopology.deadLetterQueue
        unmoved = MessagingError(
            .failed, "\(held.count) events could not be put into \(target) and stay where they are: \(outcomes[first])")
    }

    /// Publishes whole messages; of those that the broker's protocol cannot carry so, what it can carry in any case.
    private func publish(_ routes: [FailedDelivery.Route], _ publisher: any Publisher) async -> [PublishOutcome] {
        var outcomes = await publisher.publish(routes.map(\.publication))
        let unencodable = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if unencodable.isEmpty { return outcomes }
        let second = await publisher.publish(unencodable.map { routes[$0].ownOnly })
        for (index, outcome) in zip(unencodable, second) { outcomes[index] = outcome }
        return outcomes
    }

    private func pause(after failures: Int, _ error: MessagingError) async {
        var generator = SystemRandomNumberGenerator()
        let delay = configuration.brokerBackoff.delay(afterFailures: failures, using: &generator)
        report(.brokerFailed(queue: queue, error, retryIn: delay))
        await stopSignal.wait(upTo: delay)
    }
}
