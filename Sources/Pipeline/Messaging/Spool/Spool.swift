/// Keeps publications on this machine's disk while the broker is away, in order of arrival.
///
/// It is a queue of a broker without a server, with that broker's durability and sharing: several processes may fill and
/// forward one spool. The exchange is the pipeline's own, so that a message keeps where it was published to.
///
/// May be used from any task.
package struct Spool: Sendable {
    /// The queue that holds what waits.
    package static let queue = "spool"

    let broker: any Broker
    private let publisher: any Publisher
    /// The most messages that it holds.
    package let limit: Int
    let availability = BrokerAvailability()

    /// A spool in `broker`, which holds nothing else, and which ``close()`` closes.
    ///
    /// - Parameter limit: the most messages that it holds; what goes beyond is refused.
    /// - Throws: what the broker says to the declaration.
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

    /// How full it is now.
    ///
    /// - Throws: `.unavailable` or `.corrupt` if its file cannot be read.
    package func status() async throws(MessagingError) -> SpoolStatus {
        let status = try await broker.status(of: [Self.queue])[Self.queue]
        return SpoolStatus(messages: status?.messages ?? 0, limit: limit, isInUse: availability.isAway(at: .now))
    }

    /// Lets go of the file; what waits stays in it.
    package func close() async {
        await broker.close()
    }

    /// Makes publications durable here: `.spooled`, or why not.
    func append(_ publications: [Publication]) async -> [PublishOutcome] {
        do throws(MessagingError) {
            // Concurrent appends may all see room for themselves; the limit holds up to what is under way.
            guard try await status().messages + publications.count <= limit else {
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
