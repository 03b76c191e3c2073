/// A message that a consumer holds until it settles it.
package struct Delivery: Sendable, Hashable {
    /// What to settle it by.
    package var tag: DeliveryTag
    /// The message.
    package var message: Message
    /// Where it was published to.
    package var exchange: String
    /// The key it was published with.
    package var routingKey: String
    /// Whether it was given to a consumer before and came back.
    package var redelivered: Bool

    /// A delivery of `message`.
    package init(tag: DeliveryTag, message: Message, exchange: String, routingKey: String, redelivered: Bool) {
        self.tag = tag
        self.message = message
        self.exchange = exchange
        self.routingKey = routingKey
        self.redelivered = redelivered
    }
}

/// Names a delivery within its consumer.
///
/// The epoch changes when a connection is made anew; a broker adapter drops settlements with an old epoch, since the
/// broker has given those messages back to the queue.
package struct DeliveryTag: Sendable, Hashable {
    /// Which life of the connection.
    package let epoch: UInt32
    /// Rises with each delivery of an epoch.
    package let number: UInt64

    /// A tag of these parts.
    package init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}

/// How a consumer lets go of a delivery.
package enum Settlement: Sendable, Hashable {
    /// Done: the queue forgets it.
    case acknowledge
    /// Back to its place in the queue, marked as redelivered.
    case requeue
    /// To the queue's dead-letter exchange, or dropped where it has none.
    case reject
}

/// Takes messages from one queue, at most `prefetch` unsettled at a time.
///
/// One task takes deliveries; settling may be done from any task.
package protocol Consumer: Sendable {
    /// The next deliveries, in the queue's order.
    ///
    /// Waits until there is at least one, then until there are `count` or `linger` has passed since the first.
    ///
    /// - Returns: 1 ... `count` deliveries; none only when the consumer or the calling task was cancelled.
    /// - Throws: `.unavailable` while the broker is away (call again; consuming resumes by itself), `.notFound` if
    ///   the queue was deleted, `.closed` if the consumer or its broker was closed.
    func next(upTo count: Int, linger: Duration) async throws(MessagingError) -> [Delivery]

    /// Settles deliveries; returns when the broker has taken it. Tags that are settled or stale already are ignored.
    func settle(_ tags: [DeliveryTag], _ settlement: Settlement) async throws(MessagingError)

    /// Ends taking: a waiting `next` returns none. Held deliveries stay held and can still be settled.
    func cancel() async

    /// Ends the consumer and gives what it holds back to the queue.
    func close() async
}
