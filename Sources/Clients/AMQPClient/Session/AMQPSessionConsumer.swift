import Synchronization

/// A consumer that outlives its connection: after each reconnect it goes on with a new epoch.
///
/// One task at a time takes deliveries; settling may be done from any task.
public final class AMQPSessionConsumer: Sendable {
    private let session: AMQPSession
    private let number: Int
    private let current: CurrentConsumer

    init(session: AMQPSession, number: Int, current: CurrentConsumer) {
        self.session = session
        self.number = number
        self.current = current
    }

    /// The next deliveries, in the queue's order.
    ///
    /// Waits until there is at least one, then until there are `count` or `linger` has passed since the first.
    ///
    /// - Returns: 1 ... `count` deliveries; none only when the consumer or the task was cancelled.
    /// - Throws: `.connectionLost` (or why connecting fails) while the broker is away: call again, consuming resumes by
    ///   itself, and a call while it is away waits for about a second before it throws. `.notFound` when the queue was
    ///   deleted and the session's topology does not make it again: call again later. `.closed` when the consumer or
    ///   the session was closed.
    public func next(upTo count: Int, linger: Duration = .zero) async throws(AMQPError) -> [AMQPDelivery] {
        // Without a turn of the session, as long as all is well.
        if let consumer = current.value {
            do throws(AMQPError) {
                let deliveries = try await consumer.next(upTo: count, linger: linger)
                if !deliveries.isEmpty { return deliveries }
            } catch {
                // The session meets the same end of the consumer, and knows whether it can be opened again.
            }
        }
        return try await session.next(number, upTo: count, linger: linger)
    }

    /// Settles deliveries, in as few methods as can be; returns when the connection has taken them. Tags of an earlier
    /// epoch are dropped: the broker has given those messages back to the queue. So are tags that are settled already.
    ///
    /// - Throws: when the connection is away or breaks; the messages will be delivered again.
    public func settle(_ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement) async throws(AMQPError) {
        if let consumer = current.value { return try await consumer.settle(tags, settlement) }
        try await session.settle(number, tags, settlement)
    }

    /// Ends taking: a waiting ``next(upTo:linger:)`` returns none. Deliveries that were taken can still be settled.
    public func cancel() async {
        await session.cancel(number)
    }

    /// Ends the consumer and gives what it holds back to the queue.
    public func close() async {
        await session.closeConsumer(number)
    }
}

/// The consumer of the connection that there is, for its callers to find without a turn of the session.
final class CurrentConsumer: Sendable {
    private let consumer = Mutex<AMQPConsumer?>(nil)

    var value: AMQPConsumer? {
        get { consumer.withLock { $0 } }
        set { consumer.withLock { $0 = newValue } }
    }
}
