/// A message broker: RabbitMQ, or the embedded queue with the same semantics.
///
/// Every implementation may be used from any task, and passes the conformance suite.
package protocol Broker: Sendable {
    /// Makes the exchanges, queues and bindings that are missing, and nothing else.
    ///
    /// - Throws: `.topologyMismatch`, naming each differing argument, if something exists with other properties;
    ///   `.unavailable` if the broker is away.
    func declare(_ topology: Topology) async throws(MessagingError)

    /// A publisher; one may serve a whole process.
    func makePublisher() async throws(MessagingError) -> any Publisher

    /// Starts to consume `queue`.
    ///
    /// - Parameter prefetch: the most deliveries that may be unacknowledged at a time; 1 or more.
    /// - Throws: `.notFound` if there is no such queue.
    func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer

    /// How full the named queues are; names that do not exist are absent from the answer.
    func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus]

    /// Ends publishers and consumers, returns unacknowledged deliveries to their queues, and lets go of everything.
    func close() async
}

/// What is known of a queue at a moment.
package struct QueueStatus: Sendable, Hashable {
    /// Messages that wait for a consumer.
    package var ready: Int
    /// Messages that a consumer holds and has not acknowledged.
    package var unacknowledged: Int
    /// Consumers of all processes.
    package var consumers: Int

    /// A status with these counts.
    package init(ready: Int, unacknowledged: Int, consumers: Int) {
        self.ready = ready
        self.unacknowledged = unacknowledged
        self.consumers = consumers
    }

    /// All messages that the queue holds, as RabbitMQ's `messages` counts them.
    package var messages: Int { ready + unacknowledged }
}

/// One message on its way to an exchange.
package struct Publication: Sendable, Hashable {
    /// The exchange; empty for the default exchange, which routes to the queue that `routingKey` names.
    package var exchange: String
    /// Compared with bindings as the exchange's kind demands.
    package var routingKey: String
    /// What is sent.
    package var message: Message

    /// Sends `message` to `exchange`.
    package init(exchange: String, routingKey: String, message: Message) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.message = message
    }
}

/// What became of one publication. Publications are always mandatory: one that reaches no queue is returned.
package enum PublishOutcome: Sendable, Hashable {
    /// Durable in every queue that it was routed to.
    case confirmed
    /// The broker is away or blocks publishers; durable on this machine, and forwarded when it is back. No broker gives
    /// this outcome, only ``SpoolingPublisher``.
    case spooled
    /// No queue is bound: nothing holds it (AMQP reply code 312).
    case returned(String)
    /// The broker refused it (a full queue that rejects publishers, a negative confirm): nothing promised.
    case rejected(String)
    /// Its names or headers are longer than the broker's protocol can carry, or its body larger: no use in sending it
    /// again.
    case unencodable(String)
    /// It did not get to the broker, or the broker took nothing: safe to send again.
    case failed(MessagingError)
    /// The connection ended before the answer: it may or may not be in the queues.
    case unknown(MessagingError)

    /// Whether it is ``unencodable(_:)``.
    package var isUnencodable: Bool {
        if case .unencodable = self { true } else { false }
    }
}

/// Sends messages and tells of each what became of it.
///
/// May be used by many tasks at once; what they publish while earlier messages are being made durable goes together.
package protocol Publisher: Sendable {
    /// Publishes in order and returns when the outcome of every one is known, in the same order.
    ///
    /// A message is `.confirmed` only when it is durable. Cancelling the task does not take back what was sent.
    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome]
}
