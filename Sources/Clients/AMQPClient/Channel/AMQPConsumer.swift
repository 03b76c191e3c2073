public import AMQPWire

/// Takes messages from one queue, over one channel of one connection; it ends with them.
///
/// One task at a time takes deliveries; every other call is safe from any task and thread.
public final class AMQPConsumer: Sendable {
    /// What to consume, and how.
    public typealias Request = ConsumerRequest

    /// The channel that the consumer runs on.
    public let channel: AMQPChannel
    /// The consumer's name on the channel.
    public let tag: String
    /// The epoch of the tags of this consumer's deliveries.
    public let epoch: UInt32

    init(channel: AMQPChannel, tag: String, epoch: UInt32) {
        self.channel = channel
        self.tag = tag
        self.epoch = epoch
    }

    /// The next deliveries, in the queue's order.
    ///
    /// Waits until there is at least one, then until there are `count` or `linger` has passed since the first. While it
    /// lingers, for four milliseconds or longer, the connection is read once per millisecond only, for the sake of both
    /// sides' processors. When `prefetch` deliveries are unsettled, it does not linger, since no more can come.
    ///
    /// - Parameters:
    ///   - count: the most deliveries; less than 1 counts as 1.
    ///   - linger: how long to wait for more after the first; zero: not at all.
    /// - Returns: 1 ... `count` deliveries; none only when ``cancel()`` was called or the task was cancelled.
    /// - Throws: `.consumerCancelled` when the broker ended the consumer (its queue was deleted), `.notAllowed` when
    ///   another task takes deliveries already, or why the channel has ended, such as `.channelClosed`,
    ///   `.connectionLost` or `.closed`. What was buffered is lost then, and delivered again.
    public nonisolated(nonsending) func next(
        upTo count: Int, linger: Duration = .zero
    ) async throws(AMQPError) -> [AMQPDelivery] {
        try await channel.connection.next(upTo: count, linger: linger, tag, channel)
    }

    /// Settles deliveries, in as few methods as possible; returns when the connection has taken them, since the broker
    /// does not answer.
    ///
    /// - Parameters:
    ///   - tags: the deliveries, in any order; those of another epoch, and those that are settled already, are ignored.
    ///   - settlement: what becomes of them.
    /// - Throws: the channel's ``AMQPChannel/endReason`` when the channel or the connection has ended: the broker gives
    ///   the messages back to the queue.
    public nonisolated(nonsending) func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement
    ) async throws(AMQPError) {
        let own = tags.allSatisfy { $0.epoch == epoch } ? tags : tags.filter { $0.epoch == epoch }
        guard !own.isEmpty else { return }
        try await channel.settle(own, settlement)
    }

    /// Ends consuming (basic.cancel): a waiting ``next(upTo:linger:)`` returns none, and what was buffered and not
    /// taken goes back to the queue. Deliveries that were taken can still be settled. Does nothing when the consumer
    /// has ended.
    ///
    /// - Throws: `.timedOut` when the broker does not answer in time, which ends the channel; or why the channel ends
    ///   meanwhile, as ``AMQPChannel`` says.
    public nonisolated(nonsending) func cancel() async throws(AMQPError) {
        try await channel.connection.cancel(tag, channel)
    }
}
