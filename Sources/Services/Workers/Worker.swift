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
    private let stopSignal = StopSignal()
    /// When the current step began; nil while the worker waits for events, or for a store that is known to be away.
    private let stepBegan = Mutex<ContinuousClock.Instant?>(nil)
    private let record = Mutex(ConsumingRecord())

    /// - Parameters:
    ///   - breaker: Shared by the workers of one store.
    ///   - crashes: Nil leaves crashes uncounted: an event that kills its worker is then delivered for ever.
    ///   - now: The wall clock.
    ///   - report: Receives every batch and failure; called by the worker's task and expected to return at once.
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

    /// When the current step (a write, a hand-over to another queue) began; nil while the worker has nothing to do or
    /// waits for a store that is known to be away. A step of minutes means that the worker hangs.
    package var busySince: ContinuousClock.Instant? { stepBegan.withLock { $0 } }

    /// Why the worker gets nothing from the broker, and since when; nil when it consumes.
    package func interruption(at now: ContinuousClock.Instant) -> WorkersState.Interruption? {
        record.withLock { $0.interruption(at: now) }
    }

    private func beginStep() { stepBegan.withLock { $0 = .now } }
    private func endStep() { stepBegan.withLock { $0 = nil } }

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

    /// Consumes until the worker is stopped; the consumer resumes by itself after failures of the broker.
    private func work(_ consumer: any Consumer, _ publisher: any Publisher) async {
        await withTaskGroup { group in
            group.addTask { [stopSignal] in
                await stopSignal.wait()
                await consumer.cancel()
            }
            var failures = 0
            consuming: while true {
                do throws(MessagingError) {
                    record.withLock { $0.waits(at: .now) }
                    let deliveries = try await consumer.next(
                        upTo: configuration.batch, linger: configuration.linger)
                    if deliveries.isEmpty { break consuming }
                    let (failure, isHeldTooLong) = await process(deliveries, consumer, publisher)
                    // They go back when their consumer closes, and to the next one.
                    if isHeldTooLong { break consuming }
                    if let failure {
                        failures += 1
                        await pause(after: failures, failure.error)
                        // Deliveries that could not be settled go back to the queue when their consumer closes.
                        if failure.isOfSettling { break consuming }
                    } else {
                        record.withLock { $0.succeeded() }
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

    private func process(
        _ deliveries: [Delivery], _ consumer: any Consumer, _ publisher: any Publisher
    ) async -> (BatchRun.Failure?, isHeldTooLong: Bool) {
        beginStep()
        defer { endStep() }
        var run = BatchRun(of: self, consumer: consumer, publisher: publisher)
        let failure = await run.process(deliveries)
        return (failure, run.isHeldTooLong)
    }

    /// Notes that the store answered, be it with a refusal.
    func storeAnswered() {
        beginStep()
        if breaker.succeeded() { report(.storeRecovered(queue: queue)) }
    }

    /// Waits until the breaker lets this worker write; returns false when the worker is to stop, and nil when the store
    /// is still away at `deadline`.
    func admitted(until deadline: ContinuousClock.Instant) async -> Bool? {
        defer { beginStep() }
        while !Task.isCancelled {
            if ContinuousClock.now >= deadline, breaker.openReason != nil { return stopSignal.isRaised ? false : nil }
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
