package import Messaging
import Synchronization

/// A broker in memory with scripted behaviour, for tests of the layers above the port.
///
/// Exchanges do not route; a test adds deliveries and reads the settlements and publications. Safe to use from any
/// thread.
package final class FakeBroker: Broker {
    struct State {
        var waiting: [String: [(message: Message, redelivered: Bool)]] = [:]
        var settled: [(tag: DeliveryTag, settlement: Settlement)] = []
        var published: [Publication] = []
        var outcome: @Sendable (Publication) -> PublishOutcome = { _ in .confirmed }
        var statusFailure: MessagingError?
        var publishingFailure: MessagingError?
        var unacknowledged: Int? = 0
        var consumeFailures: [MessagingError] = []
        var nextFailures: [MessagingError] = []
        var settleFailures: [MessagingError] = []
        var nextTag: UInt64 = 0
        var waiters: [CheckedContinuation<Void, Never>] = []

        mutating func wakeAll() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [] }
            return waiters
        }
    }

    let state = Mutex(State())

    /// A broker that confirms everything and holds nothing.
    package init() {}

    /// The messages published so far.
    package var published: [Publication] { state.withLock { $0.published } }

    /// The settlements so far, as delivery numbers (from 1, in the order of delivery) with their settlement.
    package var settled: [(number: UInt64, settlement: Settlement)] {
        state.withLock { $0.settled.map { ($0.tag.number, $0.settlement) } }
    }

    /// Decides the outcome of every later publication; only confirmed ones are recorded.
    package func answer(_ outcome: @escaping @Sendable (Publication) -> PublishOutcome) {
        state.withLock { $0.outcome = outcome }
    }

    /// Puts messages into a queue.
    package func put(_ messages: [Message], into queue: String, redelivered: Bool = false) {
        let waiters = state.withLock { state in
            state.waiting[queue, default: []] += messages.map { ($0, redelivered) }
            return state.wakeAll()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Makes the next calls of `consume` fail, one after the other.
    package func failConsume(with errors: [MessagingError]) {
        state.withLock { $0.consumeFailures = errors }
    }

    /// Makes the next calls of a consumer's `next` fail, one after the other.
    package func failNext(with errors: [MessagingError]) {
        state.withLock { $0.nextFailures = errors }
    }

    /// Makes the next settlements fail, one after the other.
    package func failSettle(with errors: [MessagingError]) {
        state.withLock { $0.settleFailures = errors }
    }

    /// Makes `status` fail; nil repairs it.
    package func failStatus(with error: MessagingError?) {
        state.withLock { $0.statusFailure = error }
    }

    /// Makes publishing impossible, as far as the broker says; nil repairs it.
    package func failPublishing(with error: MessagingError?) {
        state.withLock { $0.publishingFailure = error }
    }

    /// Sets what the queues' status says of messages that consumers hold; nil: the broker does not tell.
    package func tellUnacknowledged(_ count: Int?) {
        state.withLock { $0.unacknowledged = count }
    }

    /// The scripted failure.
    package func publishingFailure() async -> MessagingError? { state.withLock { $0.publishingFailure } }

    /// Takes any topology.
    package func declare(_ topology: Topology) async throws(MessagingError) {}

    /// A publisher with the scripted outcomes.
    package func makePublisher() async throws(MessagingError) -> any Publisher { FakePublisher(broker: self) }

    /// A consumer of the messages that were put into `queue`.
    package func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer {
        let failure = state.withLock { $0.consumeFailures.isEmpty ? nil : $0.consumeFailures.removeFirst() }
        if let failure { throw failure }
        return FakeConsumer(broker: self, queue: queue)
    }

    /// The number of messages that were put in and not taken.
    package func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus] {
        let (failure, waiting, held) = state.withLock { ($0.statusFailure, $0.waiting, $0.unacknowledged) }
        if let failure { throw failure }
        return Dictionary(
            uniqueKeysWithValues: queues.map {
                // Nobody consumes the dead letters all the time.
                (
                    $0,
                    QueueStatus(
                        ready: waiting[$0]?.count ?? 0, unacknowledged: held,
                        consumers: $0 == PipelineTopology.deadLetterQueue ? 0 : 1)
                )
            })
    }

    package func close() async {}
}

private struct FakePublisher: Publisher {
    let broker: FakeBroker

    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        broker.state.withLock { state in
            let outcomes = publications.map(state.outcome)
            state.published += zip(publications, outcomes).filter { $1 == .confirmed }.map(\.0)
            return outcomes
        }
    }
}

private final class FakeConsumer: Consumer {
    private let broker: FakeBroker
    private let queue: String
    private let isCancelled = Atomic(false)
    private let held = Mutex<[(tag: DeliveryTag, message: Message)]>([])

    init(broker: FakeBroker, queue: String) {
        self.broker = broker
        self.queue = queue
    }

    func next(upTo count: Int, linger: Duration) async throws(MessagingError) -> [Delivery] {
        while true {
            if isCancelled.load(ordering: .acquiring) || Task.isCancelled { return [] }
            let (failure, deliveries) = take(upTo: count)
            if let failure { throw failure }
            if !deliveries.isEmpty { return deliveries }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let ready = broker.state.withLock { state in
                        if isCancelled.load(ordering: .acquiring) || Task.isCancelled
                            || state.waiting[queue]?.isEmpty == false
                        {
                            return true
                        }
                        state.waiters.append(continuation)
                        return false
                    }
                    if ready { continuation.resume() }
                }
            } onCancel: {
                wake()
            }
        }
    }

    func settle(_ tags: [DeliveryTag], _ settlement: Settlement) async throws(MessagingError) {
        let failure: MessagingError? = broker.state.withLock { state in
            if !state.settleFailures.isEmpty { return state.settleFailures.removeFirst() }
            state.settled += tags.map { ($0, settlement) }
            return nil
        }
        if let failure { throw failure }
        held.withLock { held in held.removeAll { tags.contains($0.tag) } }
    }

    /// The fake has no limit.
    func holdMore(_ count: Int) async throws(MessagingError) {}

    func cancel() async {
        isCancelled.store(true, ordering: .releasing)
        wake()
    }

    func close() async {
        let returned = held.withLock { held in
            defer { held = [] }
            return held.map(\.message)
        }
        broker.put(returned, into: queue, redelivered: true)
        await cancel()
    }

    private func wake() {
        for waiter in broker.state.withLock({ $0.wakeAll() }) { waiter.resume() }
    }

    private func take(upTo count: Int) -> (MessagingError?, [Delivery]) {
        broker.state.withLock { state in
            if !state.nextFailures.isEmpty { return (state.nextFailures.removeFirst(), []) }
            let taken = Array(state.waiting[queue, default: []].prefix(count))
            state.waiting[queue, default: []].removeFirst(taken.count)
            let deliveries = taken.map { message, redelivered in
                state.nextTag += 1
                return Delivery(
                    tag: DeliveryTag(epoch: 1, number: state.nextTag), message: message,
                    exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
                    redelivered: redelivered)
            }
            held.withLock { $0 += deliveries.map { ($0.tag, $0.message) } }
            return (nil, deliveries)
        }
    }
}
