import Synchronization

/// Keeps publications on this machine's disk while the broker is away, in order of arrival.
///
/// The spool is a queue of a broker without a server, with that broker's durability and sharing: several processes may
/// fill and forward one spool. Its exchange has the pipeline's name, so that a message keeps its exchange.
///
/// May be used from any task.
package struct Spool: Sendable {
    /// The queue that holds the waiting messages.
    package static let queue = "spool"

    let broker: any Broker
    private let publisher: any Publisher
    /// The most messages that the spool holds.
    package let limit: Int
    let availability = BrokerAvailability()
    private let arrivals = Arrivals()

    /// How many messages this process is about to add.
    private final class Arrivals: Sendable {
        let count = Mutex(0)
    }

    /// A spool in `broker`, which holds nothing else and is closed by ``close()``.
    ///
    /// - Parameter limit: the most messages that the spool holds; further messages are refused.
    /// - Throws: the broker's error if it refuses the declaration.
    package init(in broker: any Broker, limit: Int) async throws(MessagingError) {
        let exchange = PipelineTopology.eventExchange
        try await broker.declare(
            Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: Self.queue)],
                bindings: [Binding(exchange: exchange, queue: Self.queue)]))
        self.broker = broker
        self.limit = limit
        publisher = try await broker.makePublisher()
    }

    /// How full the spool is now.
    ///
    /// - Throws: `.unavailable` or `.corrupt` if its file cannot be read.
    package func status() async throws(MessagingError) -> SpoolStatus {
        let status = try await broker.status(of: [Self.queue])[Self.queue]
        return SpoolStatus(messages: status?.messages ?? 0, limit: limit, cause: availability.cause(at: .now))
    }

    /// Closes the file; waiting messages stay in it.
    package func close() async {
        await broker.close()
    }

    /// Makes publications durable here: `.spooled`, or the reason why not.
    func append(_ publications: [Publication]) async -> [PublishOutcome] {
        guard publications.count <= limit else {
            let error = MessagingError(
                .tooMany, "the broker is away, and the spool takes at most \(limit) events (--spool-limit)")
            return Array(repeating: .failed(error), count: publications.count)
        }
        // Counted before the room is looked at, so that concurrent appends do not each see room for themselves. What is
        // stored meanwhile counts twice for a moment. Another process on this spool is not counted.
        let arriving = arrivals.count.withLock { count in
            count += publications.count
            return count
        }
        defer { arrivals.count.withLock { $0 -= publications.count } }
        do throws(MessagingError) {
            guard try await status().messages + arriving <= limit else {
                let error = MessagingError(
                    .unavailable, "the broker is away and the spool is full with \(limit) events (--spool-limit)")
                return Array(repeating: .failed(error), count: publications.count)
            }
        } catch {
            return Array(repeating: .failed(error), count: publications.count)
        }
        return await publisher.publish(publications).map { $0 == .confirmed ? .spooled : $0 }
    }
}
