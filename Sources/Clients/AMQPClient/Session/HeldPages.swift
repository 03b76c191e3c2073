import AMQPWire

/// The consumers by which a session's consumer holds more than one prefetch: one after the other, on as few channels as
/// their bound allows, of which the last one still takes deliveries.
///
/// RabbitMQ settles a delivery by walking through those that its channel holds, from the oldest on: on one channel,
/// settling every third of 200,000 deliveries takes it minutes. The tags count on from channel to channel.
struct HeldPages: Sendable {
    private struct Page: Sendable {
        let consumer: AMQPConsumer
        /// How many deliveries the channels before this one got.
        let before: UInt64
    }

    /// One for each channel, in the queue's order; never empty.
    private var pages: [Page]

    init(_ consumer: AMQPConsumer) {
        pages = [Page(consumer: consumer, before: 0)]
    }

    /// The consumer that takes deliveries.
    var current: AMQPConsumer { pages[pages.endIndex - 1].consumer }

    /// The channels, in the queue's order.
    var channels: [AMQPChannel] { pages.map(\.consumer.channel) }

    /// Makes the next consumer the one that takes deliveries, from the current channel's end on.
    ///
    /// - Parameter delivered: how many deliveries the current channel has got.
    mutating func follow(_ next: AMQPConsumer, after delivered: UInt64) {
        let last = pages[pages.endIndex - 1]
        if next.channel === last.consumer.channel {
            pages[pages.endIndex - 1] = Page(consumer: next, before: last.before)
        } else {
            pages.append(Page(consumer: next, before: last.before + delivered))
        }
    }

    /// See ``AMQPConsumer/next(upTo:linger:)``.
    ///
    /// - Throws: also why a channel before the current one has ended: what it held is in the queue again, and would come
    ///   a second time.
    nonisolated(nonsending) func next(upTo count: Int, linger: Duration) async throws(AMQPError) -> [AMQPDelivery] {
        guard pages.count > 1 else { return try await current.next(upTo: count, linger: linger) }
        try checkEarlier()
        var deliveries = try await current.next(upTo: count, linger: linger)
        try checkEarlier()
        let before = pages[pages.endIndex - 1].before
        for index in deliveries.indices {
            let tag = deliveries[index].tag
            deliveries[index].tag = AMQPDeliveryTag(epoch: tag.epoch, number: before + tag.number)
        }
        return deliveries
    }

    private func checkEarlier() throws(AMQPError) {
        for page in pages.dropLast() { if let reason = page.consumer.channel.endReason { throw reason } }
    }

    /// See ``AMQPConsumer/settle(_:_:)``; each channel is told of its own deliveries.
    nonisolated(nonsending) func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement
    ) async throws(AMQPError) {
        var rest = tags
        for page in pages.dropFirst().reversed() where !rest.isEmpty {
            let own = rest.filter { $0.number > page.before }
            guard !own.isEmpty else { continue }
            rest.removeAll { $0.number > page.before }
            try await page.consumer.settle(
                own.map { AMQPDeliveryTag(epoch: $0.epoch, number: $0.number - page.before) }, settlement)
        }
        if !rest.isEmpty { try await pages[0].consumer.settle(rest, settlement) }
    }

    /// Closes the channels one by one, so that all that they hold is in its place afterwards.
    ///
    /// - Parameters:
    ///   - queue: the queue, if it counts an ended consumer until it holds nothing, as RabbitMQ's quorum queues do. These
    ///     put what comes back behind what came back before, so that the oldest has to come first; those of one channel
    ///     keep their order when it ends, and not when they are given back by a method. Such a queue hears of a channel's
    ///     end after the client does, and perhaps of another's before; so each waits until the queue counts one less.
    ///     Nil for other queues. A classic queue knows the
    ///     places, looks for them from its front, and does so after it has said that a channel is closed; only when it
    ///     closes a channel that still consumes, it says so when all is done. Therefore the current channel comes last
    ///     there, which also shows others until then that someone reads the queue.
    ///   - timeout: the longest wait for each channel.
    nonisolated(nonsending) func giveBack(countingEndedOf queue: String?, timeout: Duration) async {
        let last = current.channel
        if let queue {
            // What still consumes would get its own deliveries again. A connection that has ended has given all back.
            try? await current.cancel()
            var count = try? await last.consumers(of: queue)
            for channel in channels.dropLast() {
                await channel.close(requeuing: false, timeout: timeout)
                if let before = count { count = await fewerConsumers(of: queue, than: before) }
            }
        } else {
            for channel in channels.dropLast().reversed() { await channel.close(requeuing: true, timeout: timeout) }
        }
        await last.close(requeuing: false, timeout: timeout)
    }

    /// Waits until the queue counts fewer consumers than before.
    ///
    /// - Returns: how many; nil if it does not within about a second, since another one began meanwhile, say.
    private nonisolated(nonsending) func fewerConsumers(of queue: String, than before: Int) async -> Int? {
        for attempt in 0..<50 {
            guard let count = try? await current.channel.consumers(of: queue) else { return nil }
            if count < before { return count }
            // A cancelled task gives back all the same, and asks without waiting.
            try? await Task.sleep(for: .milliseconds(attempt))
        }
        return nil
    }
}
