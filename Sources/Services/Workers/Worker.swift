import EventLoops
package import Events
package import Messaging
import Platform
import Stores
import Synchronization

/// Takes events from one queue and writes them into one store: a batch is acknowledged only after the store has
/// committed it, so that a crash at any moment means a repetition and never a loss.
///
/// One task runs the worker; ``stop()`` may be called from any thread.
package final class Worker: Sendable {
    let queue: String
    let sink: any EventSink
    private let broker: any Broker
    let breaker: StoreBreaker
    let crashes: CrashJournal?
    let configuration: WorkerConfiguration
    let now: @Sendable () -> Timestamp
    let report: @Sendable (WorkerReport) -> Void
    /// Takes the spans of events whose trace is sampled; nil where nobody wants them.
    let tracing: SpanBuffer?
    /// The store by OpenTelemetry's `db.system.name`.
    let system: String
    private let stopSignal = StopSignal()
    /// When the current step of each batch in progress began; none while the worker waits for events, or for a store that
    /// is known to be away.
    private let steps = Mutex<[Int: ContinuousClock.Instant]>([:])
    private let record = Mutex(ConsumingRecord())

    /// - Parameters:
    ///   - breaker: Shared by the workers of one store.
    ///   - crashes: Nil leaves crashes uncounted: an event that kills its worker is then delivered for ever.
    ///   - system: The store by OpenTelemetry's `db.system.name`.
    ///   - tracing: Takes the spans of events whose trace is sampled.
    ///   - now: The wall clock.
    ///   - report: Receives every batch and failure; called by the worker's task and expected to return at once.
    package init(
        queue: String, sink: any EventSink, broker: any Broker, breaker: StoreBreaker = StoreBreaker(),
        crashes: CrashJournal? = nil, configuration: WorkerConfiguration, system: String = "sqlite",
        tracing: SpanBuffer? = nil, now: @escaping @Sendable () -> Timestamp,
        report: @escaping @Sendable (WorkerReport) -> Void
    ) {
        self.queue = queue
        self.sink = sink
        self.broker = broker
        self.breaker = breaker
        self.crashes = crashes
        self.configuration = configuration
        self.system = system
        self.tracing = tracing
        self.now = now
        self.report = report
    }

    /// When the oldest current step (a write, a hand-over to another queue) began; nil while the worker has nothing to do
    /// or waits for a store that is known to be away. A step of minutes means that the worker hangs.
    package var busySince: ContinuousClock.Instant? { steps.withLock { $0.values.min() } }

    /// Why the worker gets nothing from the broker, and since when; nil when it consumes.
    package func interruption(at now: ContinuousClock.Instant) -> WorkersState.Interruption? {
        record.withLock { $0.interruption(at: now) }
    }

    private func beginStep(_ batch: Int) { steps.withLock { $0[batch] = .now } }
    private func endStep(_ batch: Int) { steps.withLock { $0[batch] = nil } }

    /// Asks the worker to write and acknowledge the events that it holds, and to end.
    package func stop() {
        stopSignal.raise()
    }

    /// Works until ``stop()`` is called or the task is cancelled; waits until failures of broker and store are over.
    package func run() async {
        do throws(SystemError) { try crashes?.enter() } catch {
            report(.crashesUncounted(queue: queue, error: "\(error)"))
        }
        defer { crashes?.leave() }
        var failures = 0
        while !stopSignal.isRaised, !Task.isCancelled {
            do throws(MessagingError) {
                let publisher = try await broker.makePublisher()
                let consumer = try await broker.consume(queue, prefetch: prefetch)
                await consume(consumer, publisher)
                await consumer.close()
                failures = 0
            } catch {
                failures += 1
                await pause(after: failures, error)
            }
        }
    }

    /// The most deliveries held unacknowledged: those of the batches in progress, and the next batch, ready.
    private var prefetch: Int { configuration.prefetch ?? batch * (sink.pace.batchesAtOnce + 1) }
    private var batch: Int { configuration.batch ?? sink.pace.batch }

    /// Consumes until the worker is stopped; the consumer resumes by itself after failures of the broker.
    private func consume(_ consumer: any Consumer, _ publisher: any Publisher) async {
        await withTaskGroup { group in
            group.addTask { [stopSignal] in
                await stopSignal.wait()
                await consumer.cancel()
            }
            await work(consumer, publisher)
            group.cancelAll()
        }
    }

    /// Keeps as many batches in progress as the store takes at once, so that it does not wait while one is decoded,
    /// acknowledged, or taken from the broker.
    private func work(_ consumer: any Consumer, _ publisher: any Publisher) async {
        await withTaskGroup(of: BatchEnd.self) { batches in
            var (started, running, failures) = (0, 0, 0)
            consuming: while true {
                do throws(MessagingError) {
                    record.withLock { $0.waits(at: .now) }
                    let deliveries = try await consumer.next(upTo: batch, linger: configuration.linger)
                    if deliveries.isEmpty { break consuming }
                    // An event that is processed alone is the only one in progress.
                    let isExclusive = deliveries.contains(where: \.redelivered) && crashes?.hasSeenDeath ?? false
                    while running > 0, isExclusive, let end = await batches.next() {
                        running -= 1
                        guard await goesOn(after: end, &failures) else { break consuming }
                    }
                    let number = started
                    batches.addTask {
                        await self.process(deliveries, number, consumer, publisher, hasSeenDeath: isExclusive)
                    }
                    (started, running) = (started + 1, running + 1)
                    let most = isExclusive ? 1 : sink.pace.batchesAtOnce
                    while running >= most, let end = await batches.next() {
                        running -= 1
                        guard await goesOn(after: end, &failures) else { break consuming }
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
            // What is in progress is written and acknowledged before the consumer closes.
            while let end = await batches.next() { _ = await goesOn(after: end, &failures) }
        }
    }

    /// How a batch has ended.
    private struct BatchEnd {
        let failure: BatchRun.Failure?
        /// Whether deliveries are to go back to the queue, which they do when their consumer closes: they could not be
        /// settled, or were held for too long.
        let needsNewConsumer: Bool
    }

    /// Pauses after a failure; returns whether the consumer may be used further.
    private func goesOn(after end: BatchEnd, _ failures: inout Int) async -> Bool {
        if let failure = end.failure {
            failures += 1
            await pause(after: failures, failure.error)
        } else {
            failures = 0
        }
        return !end.needsNewConsumer
    }

    private func process(
        _ deliveries: [Delivery], _ number: Int, _ consumer: any Consumer, _ publisher: any Publisher,
        hasSeenDeath: Bool
    ) async -> BatchEnd {
        beginStep(number)
        defer { endStep(number) }
        var run = BatchRun(of: self, number, consumer: consumer, publisher: publisher)
        let failure = await run.process(deliveries, hasSeenDeath: hasSeenDeath)
        let end = BatchEnd(failure: failure, needsNewConsumer: run.isHeldTooLong || failure?.isOfSettling == true)
        if failure == nil, !run.isHeldTooLong { record.withLock { $0.succeeded() } }
        // The worker may be waiting for events that do not come.
        if end.needsNewConsumer { await consumer.cancel() }
        return end
    }

    /// Notes that the store answered, be it with a refusal.
    func storeAnswered(batch: Int) {
        beginStep(batch)
        if breaker.succeeded() { report(.storeRecovered(queue: queue)) }
    }

    /// Waits until the breaker lets this worker write; returns false when the worker is to stop, and nil when the store
    /// is still away at `deadline`.
    func admitted(until deadline: ContinuousClock.Instant, batch: Int) async -> Bool? {
        defer { beginStep(batch) }
        while !Task.isCancelled {
            if ContinuousClock.now >= deadline, breaker.openReason != nil { return stopSignal.isRaised ? false : nil }
            switch breaker.admission() {
            case .go: return true
            case .wait(let duration):
                endStep(batch)
                if stopSignal.isRaised { return false }
                await stopSignal.wait(upTo: duration)
            }
        }
        return false
    }

    /// Waits a moment; returns false when the worker is to stop.
    func waited() async -> Bool {
        if stopSignal.isRaised || Task.isCancelled { return false }
        await stopSignal.wait(upTo: BreakerState.look)
        return true
    }

    private func pause(after failures: Int, _ error: MessagingError) async {
        var generator = SystemRandomNumberGenerator()
        let delay = configuration.brokerBackoff.delay(afterFailures: failures, using: &generator)
        record.withLock { $0.failed(error.message, at: .now) }
        report(.brokerFailed(queue: queue, error, retryIn: delay))
        await stopSignal.wait(upTo: delay)
    }
}
