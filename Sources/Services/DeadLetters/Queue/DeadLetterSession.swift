import Messaging

/// Holds letters that were taken; those not settled are given back when the session is closed. Only one task may use a
/// session at a time.
actor DeadLetterSession {
    struct Taken: Sendable {
        let letter: DeadLetter
        let tag: DeliveryTag

        init(_ delivery: Delivery) {
            letter = DeadLetter(delivery.message)
            tag = delivery.tag
        }
    }

    private let broker: any Broker
    private let consumer: any Consumer
    /// The number of letters in the queue at the beginning.
    nonisolated let count: Int
    /// The number of those letters that have come so far.
    private var arrived = 0
    /// Letters that came before they were asked for: at most ``DeadLetterQueue/capacity``.
    private var waiting: [Delivery] = []

    init(_ broker: any Broker, _ consumer: any Consumer, count: Int) {
        self.broker = broker
        self.consumer = consumer
        self.count = count
    }

    /// The number of first letters that are still to come.
    private var missing: Int { min(count, DeadLetterQueue.capacity) - arrived }

    /// The next of the letters that were in the queue at the beginning; empty after the last.
    func next(upTo limit: Int) async throws(MessagingError) -> [Taken] {
        if !waiting.isEmpty {
            let taken = waiting.prefix(limit)
            waiting.removeFirst(taken.count)
            return taken.map { Taken($0) }
        }
        guard missing > 0 else { return [] }
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let deliveries = try await receive(upTo: min(limit, missing), within: .seconds(2))
            arrived += deliveries.count
            if !deliveries.isEmpty { return deliveries.map { Taken($0) } }
            // A busy broker pauses; a letter that it no longer has was taken by another program.
            let name = PipelineTopology.deadLetterQueue
            let ready = try await broker.status(of: [name])[name]?.ready ?? 0
            guard ready > 0, ContinuousClock.now < deadline, !Task.isCancelled else { return [] }
        }
    }

    /// Letters that have come into the queue since the beginning; empty if none comes in time.
    func newcomers(within time: Duration) async throws(MessagingError) -> [Taken] {
        // The broker delivers them after the others.
        let deliveries = try await receive(upTo: 1_000, within: time)
        let old = deliveries.prefix(missing)
        arrived += old.count
        waiting += old
        return deliveries.dropFirst(old.count).map { Taken($0) }
    }

    private func receive(upTo limit: Int, within time: Duration) async throws(MessagingError) -> [Delivery] {
        let consumer = consumer
        let results = await withTaskGroup(of: Result<[Delivery], MessagingError>.self) { group in
            group.addTask {
                do throws(MessagingError) {
                    return .success(try await consumer.next(upTo: limit, linger: .zero))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return .success([])
            }
            // Both tasks are awaited: letters may come at the moment at which the time is over.
            var results: [Result<[Delivery], MessagingError>] = []
            for await result in group {
                group.cancelAll()
                results.append(result)
            }
            return results
        }
        var deliveries: [Delivery] = []
        for result in results { deliveries += try result.get() }
        return deliveries
    }

    /// Takes letters out of the queue for good.
    func remove(_ tags: [DeliveryTag]) async throws(MessagingError) {
        try await consumer.settle(tags, .acknowledge)
    }

    /// Runs `body` and gives back the letters that it did not settle, whether it returns or throws.
    nonisolated func closing<Result, Failure: Error>(
        after body: (DeadLetterSession) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let result: Result
        do throws(Failure) {
            result = try await body(self)
        } catch {
            await consumer.close()
            throw error
        }
        await consumer.close()
        return result
    }
}
