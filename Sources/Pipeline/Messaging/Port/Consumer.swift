/// A message that a consumer holds until it settles it.
package struct Delivery: Sendable, Hashable {
    /// Identifies the delivery when it is settled.
    package var tag: DeliveryTag
    package var message: Message
    /// The exchange that the message was published to.
    package var exchange: String
    /// The routing key that the message was published with.
    package var routingKey: String
    /// Whether a consumer had the message before and it came back.
    package var redelivered: Bool

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
/// The epoch changes with every new connection; a broker adapter drops settlements with an old epoch, since the broker
/// has given those messages back to the queue.
package struct DeliveryTag: Sendable, Hashable {
    /// The number of the connection.
    package let epoch: UInt32
    /// Rises with each delivery of an epoch.
    package let number: UInt64

    package init(epoch: UInt32, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }
}

/// How a consumer gives up a delivery.
package enum Settlement: Sendable, Hashable {
    /// Done: the queue deletes the message.
    case acknowledge
    /// The message goes back to its place in the queue, marked as redelivered.
    case requeue
    /// The message goes to the queue's dead-letter exchange, or is dropped if the queue has none.
    case reject
}

/// Takes messages from one queue, at most `prefetch` unsettled at a time.
///
/// One task takes deliveries; any task may settle them.
package protocol Consumer: Sendable {
    /// The next deliveries, in the queue's order.
    ///
    /// Waits until there is at least one delivery, then until there are `count` or `linger` has passed since the first.
    ///
    /// - Returns: 1 ... `count` deliveries; none only when the consumer or the calling task was cancelled.
    /// - Throws: `.unavailable` while the broker is away (call again; consuming resumes by itself), `.notFound` if
    ///   the queue was deleted, `.closed` if the consumer or its broker was closed.
    func next(upTo count: Int, linger: Duration) async throws(MessagingError) -> [Delivery]

    /// Settles deliveries; returns when the broker has taken the settlement. Tags that are already settled or stale are
    /// ignored.
    func settle(_ tags: [DeliveryTag], _ settlement: Settlement) async throws(MessagingError)

    /// Lets the consumer hold `count` further deliveries, beside those that it holds now; for readers that hold a whole
    /// queue. Deliveries that were not taken yet may go back to the queue and come again.
    ///
    /// - Parameter count: 1 ... 65,535.
    /// - Throws: `.unavailable` if the connection was lost: what was held has gone back to the queue.
    func holdMore(_ count: Int) async throws(MessagingError)

    /// Stops taking messages: a waiting `next` returns none. Held deliveries stay held and can still be settled.
    func cancel() async

    /// Ends the consumer and returns the deliveries that it holds to the queue.
    func close() async
}
