import Messaging
import Platform
import Stores

/// The work on what was delivered at once: writes it into the store and acknowledges it, and moves what the store does
/// not take to where it is tried again or given up.
struct BatchRun {
    /// What the broker did not take of a batch.
    struct Failure {
        let error: MessagingError
        /// Whether a settlement failed: the consumer may hold deliveries that nobody will settle any more. Otherwise
        /// each one is settled, by giving it back where it could not be moved.
        let isOfSettling: Bool
    }

    private let worker: Worker
    private let consumer: any Consumer
    private let publisher: any Publisher
    /// Why events could not be moved to another queue. The first one that could not be delays none of the others.
    private var unmoved: MessagingError?

    init(of worker: Worker, consumer: any Consumer, publisher: any Publisher) {
        self.worker = worker
        self.consumer = consumer
        self.publisher = publisher
    }

    /// What was delivered before comes first and one by one: one of them may have killed its worker, and is then the
    /// only one that is under way when it does so again.
    mutating func process(_ deliveries: [Delivery]) async -> Failure? {
        do throws(MessagingError) {
            var fresh: [Delivery] = []
            for delivery in deliveries {
                if delivery.redelivered, let crashes = worker.crashes {
                    try await processAlone(delivery, crashes)
                } else {
                    fresh.append(delivery)
                }
            }
            try await processTogether(fresh)
        } catch {
            return Failure(error: error, isOfSettling: true)
        }
        return unmoved.map { Failure(error: $0, isOfSettling: false) }
    }

    private mutating func processAlone(
        _ delivery: Delivery, _ crashes: CrashJournal
    ) async throws(MessagingError) {
        // A store that is away is waited for before anything is noted: a worker that is killed meanwhile did not die of
        // the event.
        while await worker.admitted() {
            let count: Int
            do throws(SystemError) {
                count = try crashes.begin(delivery, queue: worker.queue)
            } catch {
                // Without the note a crash goes uncounted; without the attempt nothing would go on at all.
                worker.report(.crashesUncounted(queue: worker.queue, error: "\(error)"))
                count = 0
            }
            defer { crashes.end(delivery, queue: worker.queue) }
            guard count < worker.configuration.crashLimit else {
                worker.breaker.abandoned()
                let failed = FailedDelivery(
                    delivery: delivery, failure: .permanent(.retriesExhausted),
                    error: "its worker ended \(count) times while it processed this event alone")
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
        while !rest.isEmpty, await worker.admitted() { rest = try await attempt(rest) }
    }

    /// Writes and acknowledges, and moves what the store does not take.
    ///
    /// - Returns: what is to be tried again because the store as a whole is away; what is not written when the worker
    ///   stops stays unacknowledged.
    private mutating func attempt(
        _ items: ArraySlice<BatchTriage.Item>
    ) async throws(MessagingError) -> ArraySlice<BatchTriage.Item> {
        let (worker, consumer) = (worker, consumer)
        var writing = BatchWriting(worker.sink)
        // Up to where everything is committed.
        var done = items.startIndex
        do throws(BatchInterruption) {
            try await writing.write(items) { (part, applied) throws(BatchInterruption) in
                worker.storeAnswered()
                worker.report(.wrote(queue: worker.queue, applied))
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
                worker.report(.storeFailed(queue: worker.queue, error, retryIn: worker.breaker.failed(error)))
                return items[done...]
            }
        }
        // If only to refuse.
        worker.storeAnswered()
        try await move(writing.failures)
        return []
    }

    /// Moves deliveries to where they are tried again or given up: each leaves its own queue only when the other holds
    /// it. What cannot be moved goes back, and `unmoved` says why.
    private mutating func move(_ failed: [FailedDelivery]) async throws(MessagingError) {
        guard !failed.isEmpty else { return }
        // Waiting for the broker once is enough for a batch.
        guard unmoved == nil else { return try await consumer.settle(failed.map(\.delivery.tag), .requeue) }
        let (worker, queue, moment) = (worker, worker.queue, worker.now())
        let routes = failed.map {
            $0.route(in: queue, worker.configuration.retry, worker: worker.configuration.name, at: moment)
        }
        let outcomes = await publish(routes)
        let moved = outcomes.indices.filter { outcomes[$0] == .confirmed }
        try await consumer.settle(moved.map { failed[$0].delivery.tag }, .acknowledge)
        for (decision, group) in Dictionary(grouping: moved, by: { routes[$0].decision }) {
            let error = failed[group[0]].error
            switch decision {
            case .retry(let delay):
                worker.report(.retrying(queue: queue, count: group.count, after: delay, error: error))
            case .deadLetter(let reason):
                worker.report(.deadLettered(queue: queue, count: group.count, reason: reason, error: error))
            }
        }
        // Never to be published as it is: the broker moves it itself, to the dead letters, without a word of why.
        let rejected = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if let first = rejected.first {
            try await consumer.settle(rejected.map { failed[$0].delivery.tag }, .reject)
            worker.report(
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
    private func publish(_ routes: [FailedDelivery.Route]) async -> [PublishOutcome] {
        var outcomes = await publisher.publish(routes.map(\.publication))
        let unencodable = outcomes.indices.filter { outcomes[$0].isUnencodable }
        if unencodable.isEmpty { return outcomes }
        let second = await publisher.publish(unencodable.map { routes[$0].ownOnly })
        for (index, outcome) in zip(unencodable, second) { outcomes[index] = outcome }
        return outcomes
    }
}
