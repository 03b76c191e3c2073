import Messaging

/// Letters that were taken and are given back when the session is closed, but for those that were settled. Used by one
/// task at a time.
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
    /// How many letters lay in the queue at the beginning.
    nonisolated let count: Int
    /// How many of those have come so far.
    private var arrived = 0
    /// Those that came before they were asked for: at most a look's capacity.
    private var waiting: [Delivery] = []

    init(_ broker: any Broker, _ consumer: any Consumer, count: Int) {
        self.broker = broker
        self.consumer = consumer
        self.count = count
    }

    /// How many of the first letters are still to come.
    private var missing: Int { min(count, DeadLetterQueue.capacity) - arrived }

    /// The next letters of those that lay in the queue at the beginning; none at their end.
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
            // A busy broker pauses; what it does not have any more was taken by somebody else.
            let name = PipelineTopology.deadLetterQueue
            let ready = try await broker.status(of: [name])[name]?.ready ?? 0
            guard ready > 0, ContinuousClock.now < deadline, !Task.isCancelled else { return [] }
        }
    }

    /// Letters that have come into the queue since the beginning; none if there are none in time.
    func newcomers(within time: Duration) async throws(MessagingError) -> [Taken] {
        // The broker gives them out behind the others.
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
            // Both are waited for: letters may come in the moment in which the time is over.
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

    /// Runs `body` and gives back what it did not settle, however it ends.
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
