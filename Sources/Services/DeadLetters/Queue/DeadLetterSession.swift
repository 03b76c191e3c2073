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

    /// How long the broker may pause before it is asked whether there is more.
    private static let patience = Duration.seconds(2)
    /// What a page of letters of the usual size takes, where it may be larger, and how many letters it may have then.
    private static let pageBytes = 4 << 20
    private static let largestPage = 8_192
    /// How long the broker may deliver nothing although there is more.
    private static let timeout = Duration.seconds(60)

    private let broker: any Broker
    private let consumer: any Consumer
    private let turn: LookTurn
    /// The number of letters in the queue at the beginning.
    nonisolated let count: Int
    /// The number of letters that have come so far.
    private var arrived = 0
    /// How many letters may come before the consumer has to be allowed more.
    private var page: Int
    /// Whether the letters are read only. RabbitMQ settles a letter by a walk through those of its page, but each page
    /// costs it time, too.
    private let isReading: Bool
    /// The bytes of the letters that have come.
    private var bytes = 0
    /// The letters that came since the consumer was last allowed more and were not removed. When these are as many as
    /// its prefetch, none is on its way, and the next page begins with the letter after them.
    private var held: Set<DeliveryTag> = []
    private var epoch: UInt32?
    /// The pages before this one.
    private var pages = 0
    /// Whether each page is a consumer by the broker's count, as in a quorum queue of RabbitMQ.
    private var countsPages = false

    init(
        _ broker: any Broker, _ consumer: any Consumer, count: Int, page: Int, isReading: Bool, _ turn: LookTurn
    ) {
        self.broker = broker
        self.consumer = consumer
        self.count = count
        self.page = page
        self.isReading = isReading
        self.turn = turn
    }

    /// The next of the letters that were in the queue at the beginning; empty after the last.
    ///
    /// - Throws: `.busy` if another program took some of them, `.unavailable` if the connection was lost.
    func next(upTo limit: Int) async throws(MessagingError) -> [Taken] {
        guard arrived < count else { return [] }
        let deadline = ContinuousClock.now + Self.timeout
        while true {
            let deliveries = try await receive(upTo: min(limit, count - arrived))
            if !deliveries.isEmpty { return deliveries.map { Taken($0) } }
            if Task.isCancelled { return [] }
            // A busy broker pauses; a letter that it no longer has has expired, or was purged.
            let name = PipelineTopology.deadLetterQueue
            let status = try await broker.status(of: [name])[name]
            if status?.consumers ?? 0 > 1 + (countsPages ? pages : 0) {
                throw MessagingError(
                    .busy,
                    "another program consumes \(name), so that only \(arrived) of \(count) letters could be read: "
                        + "end it and try again")
            }
            guard status?.ready ?? 0 > 0 else { return [] }
            guard ContinuousClock.now < deadline else {
                throw MessagingError(
                    .failed,
                    "the broker has delivered nothing from \(name) for \(Self.timeout), and only \(arrived) of "
                        + "\(count) letters could be read")
            }
        }
    }

    private func receive(upTo limit: Int) async throws(MessagingError) -> [Delivery] {
        let consumer = consumer
        let results = await withTaskGroup(of: Result<[Delivery], MessagingError>.self) { group in
            group.addTask {
                do throws(MessagingError) {
                    // The broker delivers a few letters at a time, and each time costs a hand-over.
                    return .success(try await consumer.next(upTo: limit, linger: .milliseconds(5)))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
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
        guard let first = deliveries.first else { return [] }
        guard deliveries.allSatisfy({ $0.tag.epoch == epoch ?? first.tag.epoch }) else {
            throw MessagingError(
                .unavailable,
                "the connection was lost when \(arrived) of \(count) letters had been read, and all letters that were "
                    + "not removed are back in the queue: repeat the command")
        }
        epoch = first.tag.epoch
        arrived += deliveries.count
        for delivery in deliveries {
            held.insert(delivery.tag)
            bytes += delivery.message.body.count
        }
        // While the caller works on these letters, the next are on their way.
        if held.count >= page, arrived < count {
            if isReading { page = max(page, min(Self.largestPage, Self.pageBytes / max(1, bytes / arrived))) }
            try await consumer.holdMore(page)
            held = []
            pages += 1
            if pages == 1 {
                let name = PipelineTopology.deadLetterQueue
                countsPages = try await broker.status(of: [name])[name]?.consumers ?? 1 > 1
            }
        }
        return deliveries
    }

    /// Takes letters out of the queue for good.
    func remove(_ tags: [DeliveryTag]) async throws(MessagingError) {
        try await consumer.settle(tags, .acknowledge)
        held.subtract(tags)
    }

    /// Runs `body` and gives back the letters that it did not settle, whether it returns or throws.
    nonisolated func closing<Result, Failure: Error>(
        after body: (DeadLetterSession) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let result: Result
        do throws(Failure) {
            result = try await body(self)
        } catch {
            await close()
            throw error
        }
        await close()
        return result
    }

    private nonisolated func close() async {
        await consumer.close()
        turn.end()
    }
}
