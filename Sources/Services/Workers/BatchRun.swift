import Events
import Messaging
import Platform
import Stores

/// Works on the deliveries that came at once: writes them into the store and acknowledges them, and moves those that
/// the store does not take to a delay queue or to the dead letters.
struct BatchRun {
    /// The failures of the broker during a batch.
    struct Failure {
        let error: MessagingError
        /// Whether a settlement failed: the consumer may hold deliveries that will never be settled. Otherwise every
        /// delivery is settled; those that could not be moved were given back.
        let isOfSettling: Bool
    }

    private let worker: Worker
    /// Among the batches of its worker.
    private let number: Int
    private let consumer: any Consumer
    private let publisher: any Publisher
    /// When the worker began with the batch.
    private let receivedAt: Timestamp
    /// How long deliveries are held for a store that is away.
    private let heldUntil: ContinuousClock.Instant
    /// Whether deliveries were not written in that time: they are to go back to the queue.
    private(set) var isHeldTooLong = false
    /// Why events could not be moved to another queue. One event that cannot be moved delays no other.
    private var unmoved: MessagingError?

    init(of worker: Worker, _ number: Int, consumer: any Consumer, publisher: any Publisher) {
        self.worker = worker
        self.number = number
        self.consumer = consumer
        self.publisher = publisher
        receivedAt = worker.now()
        heldUntil = .now + worker.configuration.longestHold
    }

    /// Redelivered events come first and one by one: an event that killed its worker is then the only one in progress
    /// when it does so again. Those that a worker died with alone come last: if it dies before, they are not the cause.
    ///
    /// - Parameter hasSeenDeath: Whether a redelivered event may have killed its worker; otherwise it is like any other.
    mutating func process(_ deliveries: [Delivery], hasSeenDeath: Bool = true) async -> Failure? {
        do throws(MessagingError) {
            var (fresh, suspects): ([Delivery], [Delivery]) = ([], [])
            for delivery in deliveries {
                guard hasSeenDeath, delivery.redelivered, let crashes = worker.crashes else {
                    fresh.append(delivery)
                    continue
                }
                if crashes.isSuspect(delivery, queue: worker.queue) {
                    suspects.append(delivery)
                } else {
                    try await processAlone(delivery, crashes, isSuspect: false)
                }
            }
            try await processTogether(fresh)
            for delivery in suspects {
                if let crashes = worker.crashes { try await processAlone(delivery, crashes, isSuspect: true) }
            }
        } catch {
            return Failure(error: error, isOfSettling: true)
        }
        return unmoved.map { Failure(error: $0, isOfSettling: false) }
    }

    private mutating func processAlone(
        _ delivery: Delivery, _ crashes: CrashJournal, isSuspect: Bool
    ) async throws(MessagingError) {
        // The wait for a store that is away comes before the note in the journal: the event did not cause the death of
        // a worker that is killed during this wait.
        while await admitted() {
            if isSuspect {
                guard crashes.takeTurn() else {
                    worker.breaker.abandoned()
                    guard await worker.waited() else { return }
                    continue
                }
            }
            defer { if isSuspect { crashes.endTurn() } }
            var count = 0
            do throws(SystemError) {
                let (deaths, explanation) = try crashes.begin(delivery, queue: worker.queue)
                count = deaths
                if let explanation { worker.report(.crashExplained(queue: worker.queue, by: explanation.rawValue)) }
            } catch {
                // Without the note a crash is not counted; without the attempt all work would stop.
                worker.report(.crashesUncounted(queue: worker.queue, error: "\(error)"))
            }
            defer { crashes.end(delivery, queue: worker.queue) }
            guard count < worker.configuration.crashLimit else {
                worker.breaker.abandoned()
                let failed = FailedDelivery(
                    delivery: delivery, failure: .permanent(.retriesExhausted),
                    error: """
                        the worker process ended \(count) times while it processed this event alone, and nothing else \
                        explains that
                        """)
                return try await move([failed])
            }
            let triage = BatchTriage([delivery], receivedAt: worker.now())
            guard triage.failures.isEmpty else {
                worker.breaker.abandoned()
                return try await move(triage.failures)
            }
            if try await attempt(triage.items[...]).isEmpty { return }
        }
    }

    private mutating func processTogether(_ deliveries: [Delivery]) async throws(MessagingError) {
        guard !deliveries.isEmpty else { return }
        let triage = BatchTriage(deliveries, receivedAt: worker.now())
        try await move(triage.failures)
        var rest = triage.items[...]
        while !rest.isEmpty, await admitted() { rest = try await attempt(rest) }
    }

    /// Waits until the store may be tried; false when the worker is to stop, or has held its deliveries for too long.
    private mutating func admitted() async -> Bool {
        guard !isHeldTooLong else { return false }
        let answer = await worker.admitted(until: heldUntil, batch: number)
        isHeldTooLong = answer == nil
        return answer ?? false
    }

    /// Writes and acknowledges deliveries, and moves those that the store does not take.
    ///
    /// - Returns: The deliveries to try again because the store as a whole is away; those not written when the worker
    ///   stops stay unacknowledged.
    private mutating func attempt(
        _ items: ArraySlice<BatchTriage.Item>
    ) async throws(MessagingError) -> ArraySlice<BatchTriage.Item> {
        let (worker, consumer, number) = (worker, consumer, number)
        let trace = worker.tracing.map { BatchTrace($0, of: worker, receivedAt: receivedAt) }
        var writing = BatchWriting<BatchTriage.Item>(worker.sink)
        // All events before this index are committed.
        var done = items.startIndex
        do throws(BatchInterruption) {
            try await writing.write(items) { (part, isWhole, applied) throws(BatchInterruption) in
                worker.storeAnswered(batch: number)
                worker.report(.wrote(queue: worker.queue, applied))
                if isWhole, part.startIndex == done { done = part.endIndex }
                guard !part.isEmpty else { return }
                trace?.wrote(part)
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
                worker.report(.storeFailed(queue: worker.queue, error, retryIn: worker.breaker.failed(error)))
                return items[done...]
            }
        }
        // A refusal shows too that the store works.
        worker.storeAnswered(batch: number)
        try await move(
            writing.refusals.map { FailedDelivery(delivery: $0.item.delivery, failure: $0.failure, error: $0.error) })
        return []
    }

    /// Moves deliveries to a delay queue or to the dead letters: each leaves its own queue only when the other holds
    /// it. Those that cannot be moved go back, and `unmoved` says why.
    private mutating func move(_ failed: [FailedDelivery]) async throws(MessagingError) {
        guard !failed.isEmpty else { return }
        if let tracing = worker.tracing { BatchTrace(tracing, of: worker, receivedAt: receivedAt).failed(failed) }
        // One wait for the broker is enough per batch.
        guard unmoved == nil else { return try await consumer.settle(failed.map(\.delivery.tag), .requeue) }
        let (worker, queue, moment) = (worker, worker.queue, worker.now())
        let routes = failed.map {
            $0.route(in: queue, worker.configuration.retry, worker: worker.configuration.name, at: moment)
        }
        let outcomes = await publish(routes)
        let moved = outcomes.indices.filter { outcomes[$0] == .confirmed }
        try await consumer.settle(moved.map { failed[$0].delivery.tag }, .acknowledge)
        for (decision, group) in Dictionary(grouping: moved, by: { routes[$0].decision }) {
            let (error, first) = (failed[group[0]].error, EventReference(failed[group[0]].delivery.message))
            switch decision {
            case .retry(let delay):
                worker.report(.retrying(queue: queue, count: group.count, after: delay, error: error, first: first))
            case .deadLetter(let reason):
                worker.report(
                    .deadLettered(queue: queue, count: group.count, reason: reason, error: error, first: first))
            }
        }
        // The message cannot be published as it is: the broker itself moves it to the dead letters, without a reason.
        let rejected = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if let first = rejected.first {
            try await consumer.settle(rejected.map { failed[$0].delivery.tag }, .reject)
            worker.report(
                .deadLettered(
                    queue: queue, count: rejected.count, reason: .rejected, error: failed[first].error,
                    first: EventReference(failed[first].delivery.message)))
        }
        let held = outcomes.indices.filter { outcomes[$0] != .confirmed && !outcomes[$0].isUnencodable }
        guard let first = held.first else { return }
        try await consumer.settle(held.map { failed[$0].delivery.tag }, .requeue)
        let publication = routes[first].publication
        let target = publication.exchange.isEmpty ? publication.routingKey : PipelineTopology.deadLetterQueue
        unmoved = MessagingError(
            .failed, "\(held.count) events could not be put into \(target) and stay where they are: \(outcomes[first])")
    }

    /// Publishes whole messages; where the broker's protocol cannot carry one, publishes its reduced form.
    private func publish(_ routes: [FailedDelivery.Route]) async -> [PublishOutcome] {
        var outcomes = await publisher.publish(routes.map(\.publication))
        let unencodable = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if unencodable.isEmpty { return outcomes }
        let second = await publisher.publish(unencodable.map { routes[$0].ownOnly })
        for (index, outcome) in zip(unencodable, second) { outcomes[index] = outcome }
        return outcomes
    }
}
