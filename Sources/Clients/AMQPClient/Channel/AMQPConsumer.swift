public import AMQPWire

/// Takes messages from one queue, over one channel of one connection; it ends with them.
///
/// One task at a time takes deliveries; settling may be done from any task.
public final class AMQPConsumer: Sendable {
    /// What was asked for.
    public struct Request: Sendable, Hashable {
        /// The queue's name.
        public var queue: String
        /// The most deliveries that are unsettled at a time: 1 ... 65,535.
        public var prefetch: Int
        /// The consumer's name; nil: the client makes one.
        public var tag: String?
        /// Whether the broker refuses other consumers of the queue.
        public var exclusive: Bool
        /// `x-priority` and the like.
        public var arguments: FieldTable

        /// A request.
        public init(
            queue: String, prefetch: Int, tag: String? = nil, exclusive: Bool = false, arguments: FieldTable = [:]
        ) {
            self.queue = queue
            self.prefetch = prefetch
            self.tag = tag
            self.exclusive = exclusive
            self.arguments = arguments
        }
    }

    /// The channel that it runs on.
    public let channel: AMQPChannel
    /// The consumer's name on the channel.
    public let tag: String
    /// The epoch of its deliveries' tags.
    public let epoch: UInt32

    init(channel: AMQPChannel, tag: String, epoch: UInt32) {
        self.channel = channel
        self.tag = tag
        self.epoch = epoch
    }

    /// The next deliveries, in the queue's order.
    ///
    /// Waits until there is at least one, then until there are `count` or `linger` has passed since the first. While it
    /// lingers, for four milliseconds or longer, the connection is read once a millisecond only, for the sake of both
    /// sides' processors.
    ///
    /// - Returns: 1 ... `count` deliveries; none only when ``cancel()`` was called or the task was cancelled.
    /// - Throws: `.consumerCancelled` when the broker ended it (its queue was deleted), `.connectionLost`,
    ///   `.channelClosed` or another reason; what was buffered before is lost with them and delivered again.
    public nonisolated(nonsending) func next(
        upTo count: Int, linger: Duration = .zero
    ) async throws(AMQPError) -> [AMQPDelivery] {
        try await channel.connection.next(upTo: count, linger: linger, tag, channel)
    }

    /// Settles deliveries, in as few methods as can be; returns when the connection has taken them. Tags of another
    /// epoch and those that are settled already are ignored.
    ///
    /// - Throws: when the channel or the connection has ended: the broker gives the messages back to the queue.
    public nonisolated(nonsending) func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement
    ) async throws(AMQPError) {
        let own = tags.allSatisfy { $0.epoch == epoch } ? tags : tags.filter { $0.epoch == epoch }
        guard !own.isEmpty else { return }
        try await channel.settle(own, settlement)
    }

    /// Ends taking: a waiting ``next(upTo:linger:)`` returns none, and what was buffered and not taken goes back to the
    /// queue. Deliveries that were taken can still be settled.
    public nonisolated(nonsending) func cancel() async throws(AMQPError) {
        try await channel.connection.cancel(tag, channel)
    }
}
