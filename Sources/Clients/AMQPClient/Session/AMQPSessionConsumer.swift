public import AMQPWire
import Synchronization

/// A consumer that outlives its connection: after each reconnect it goes on with a new epoch.
///
/// One task at a time takes deliveries; every other call is safe from any task and thread.
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
    /// - Parameters:
    ///   - count: the most deliveries; less than 1 counts as 1.
    ///   - linger: how long to wait for more after the first; zero: not at all.
    /// - Returns: 1 ... `count` deliveries; none only when the consumer or the task was cancelled.
    /// - Throws: `.connectionLost` (or why connecting fails) while the broker is away: call again, consuming resumes by
    ///   itself, and a call while the broker is away waits for about a second before it throws. `.notFound` when the
    ///   queue was deleted and the session's topology does not make it again, or what the topology throws: call again
    ///   later. `.notAllowed` when another task takes deliveries already. `.closed` when the consumer or the session
    ///   was closed.
    public func next(upTo count: Int, linger: Duration = .zero) async throws(AMQPError) -> [AMQPDelivery] {
        // Without a hop to the session, as long as all is well.
        if let pages = current.value {
            do throws(AMQPError) {
                let deliveries = try await pages.next(upTo: count, linger: linger)
                if !deliveries.isEmpty { return deliveries }
            } catch {
                // The session finds the same end of the consumer, and knows whether it can open another one.
            }
        }
        return try await session.next(number, upTo: count, linger: linger)
    }

    /// Settles deliveries, in as few methods as possible; returns when the connection has taken them, since the broker
    /// does not answer.
    ///
    /// - Parameters:
    ///   - tags: the deliveries, in any order. Those of an earlier epoch are ignored: the broker has given the messages
    ///     back to the queue. So are those that are settled already.
    ///   - settlement: what becomes of them.
    /// - Throws: why the connection or the channel has ended, such as `.connectionLost`: the messages will be delivered
    ///   again. `.closed` when the consumer or the session was closed.
    public func settle(_ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement) async throws(AMQPError) {
        if let pages = current.value { return try await pages.settle(tags, settlement) }
        try await session.settle(number, tags, settlement)
    }

    /// Lets the consumer hold `count` further deliveries, beside those that it holds now, for a reader that holds more
    /// than the 65,535 of one prefetch: another consumer with that prefetch begins, and the one before it ends. Those of one
    /// channel hold ``AMQPConfiguration/heldDeliveries``, and the next one is on another channel, as long as half of the
    /// connection's channels are free; from then on all are on the last one.
    ///
    /// The order is the queue's when the consumer holds as many as it may, all of which were taken. Otherwise, what
    /// was delivered and not taken goes back to the queue, and comes again.
    ///
    /// - Parameter count: How many: 1 ... 65,535.
    /// - Throws: `.closed` when the consumer or the session was closed; why the connection or the channel has ended,
    ///   such as `.connectionLost`: what was held has gone back to the queue then.
    public func holdMore(_ count: Int) async throws(AMQPError) {
        try await session.holdMore(number, count)
    }

    /// Ends consuming: a waiting ``next(upTo:linger:)`` returns none. Deliveries that were taken can still be settled,
    /// until the connection ends.
    public func cancel() async {
        await session.cancel(number)
    }

    /// Ends the consumer and its channels; the broker gives what they hold back to the queue, in the queue's order.
    /// Returns when all is there, waiting for each channel at most ``AMQPConfiguration/givingBackTimeout``.
    public func close() async {
        await session.closeConsumer(number)
    }
}

/// What consumes on the current connection, for callers to find without a hop to the session.
final class CurrentConsumer: Sendable {
    private let pages = Mutex<HeldPages?>(nil)

    var value: HeldPages? {
        get { pages.withLock { $0 } }
        set { pages.withLock { $0 = newValue } }
    }
}
