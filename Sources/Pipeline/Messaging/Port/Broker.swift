/// A message broker: RabbitMQ, or the embedded queue with the same semantics.
///
/// Every implementation may be used from any task, and passes the conformance suite.
package protocol Broker: Sendable {
    /// Creates the exchanges, queues and bindings that are missing, and nothing else.
    ///
    /// - Throws: `.topologyMismatch`, which names each differing argument, if something exists with other arguments;
    ///   `.unavailable` if the broker is away.
    func declare(_ topology: Topology) async throws(MessagingError)

    /// A publisher; a whole process may share it.
    func makePublisher() async throws(MessagingError) -> any Publisher

    /// Starts to consume `queue`.
    ///
    /// - Parameter prefetch: the most deliveries that may be unacknowledged at a time; 1 or more.
    /// - Throws: `.notFound` if the queue does not exist.
    func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer

    /// How full the named queues are; queues that do not exist are absent from the answer.
    func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus]

    /// Asks whether this program may publish to the exchanges and consume the queues; nothing is published or taken.
    /// The empty name is the default exchange.
    ///
    /// - Throws: `.refused`, which names the permission that is lacking; `.unavailable` if the broker is away.
    func checkAccess(publishingTo exchanges: [String], consuming queues: [String]) async throws(MessagingError)

    /// Why nothing can be published at the moment: the broker is away, refuses this program, or takes nothing; nil
    /// when no reason is known.
    func publishingFailure() async -> MessagingError?

    /// Product and version of the server, such as `RabbitMQ/3.10.8`; nil for a broker without one, or while it is away.
    func serverName() async -> String?

    /// The connections that ended without being closed since the broker was opened.
    var connectionsLost: Int { get }

    /// Whether this program uses the broker at all: one that is opened when it is needed for the first time is not in use
    /// before.
    var isInUse: Bool { get }

    /// Ends publishers and consumers, returns unacknowledged deliveries to their queues, and releases all resources.
    func close() async
}

/// A broker without logins and connections.
extension Broker {
    package func checkAccess(publishingTo exchanges: [String], consuming queues: [String]) async throws(MessagingError)
    {}

    package func publishingFailure() async -> MessagingError? { nil }

    package var connectionsLost: Int { 0 }

    package var isInUse: Bool { true }

    package func serverName() async -> String? { nil }
}

/// The counts of a queue at one moment.
package struct QueueStatus: Sendable, Hashable {
    /// Messages that wait for a consumer.
    package var ready: Int
    /// Messages that the consumers of all processes hold and have not acknowledged; nil where the broker does not tell.
    package var unacknowledged: Int?
    /// The consumers of all processes.
    package var consumers: Int

    package init(ready: Int, unacknowledged: Int?, consumers: Int) {
        self.ready = ready
        self.unacknowledged = unacknowledged
        self.consumers = consumers
    }

    /// All messages that the queue holds, as in RabbitMQ's `messages`; at least that many where `unacknowledged` is not
    /// known.
    package var messages: Int { ready + (unacknowledged ?? 0) }
}

/// One message on its way to an exchange.
package struct Publication: Sendable, Hashable {
    /// The exchange; empty for the default exchange, which routes to the queue that `routingKey` names.
    package var exchange: String
    /// Compared with bindings as the exchange's kind requires.
    package var routingKey: String
    package var message: Message

    package init(exchange: String, routingKey: String, message: Message) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.message = message
    }
}

/// The result of one publication. Every publication is mandatory: the broker returns it if it reaches no queue.
package enum PublishOutcome: Sendable, Hashable {
    /// The message is durable in every queue that it was routed to.
    case confirmed
    /// The broker is away or blocks publishers; the message is durable on this machine, and forwarded when the broker
    /// is back. No broker gives this outcome, only ``SpoolingPublisher``.
    case spooled
    /// Both stores have the event already, and nothing was published: no broker gives this outcome, only an API that
    /// writes itself.
    case stored
    /// No queue is bound, so nothing holds the message (AMQP reply code 312).
    case returned(String)
    /// The broker refused the message (a full queue that rejects publishers, a negative confirm) and promises nothing.
    case rejected(String)
    /// The names, headers or body are larger than the broker's protocol can carry: sending the message again is
    /// useless.
    case unencodable(String)
    /// The message did not reach the broker, or the broker took nothing: safe to send again.
    case failed(MessagingError)
    /// The connection ended before the answer: the message may or may not be in the queues.
    case unknown(MessagingError)
    /// A store has another event with the same id; the text names the difference. Only an API that writes itself gives
    /// this outcome and the next one.
    case conflict(String)
    /// A store will never take the event.
    case unstorable(String)

    package var isUnencodable: Bool {
        if case .unencodable = self { true } else { false }
    }

    /// Whether the event is safe: nobody needs to send it again.
    package var isDurable: Bool {
        switch self {
        case .confirmed, .spooled, .stored: true
        case .returned, .rejected, .unencodable, .failed, .unknown, .conflict, .unstorable: false
        }
    }

    /// Whether the event itself is refused by a store: sending it again is useless.
    package var isRefusal: Bool {
        switch self {
        case .conflict, .unstorable: true
        case .confirmed, .spooled, .stored, .returned, .rejected, .unencodable, .failed, .unknown: false
        }
    }
}

/// Sends messages and reports the outcome of each.
///
/// May be used by many tasks at once; what they publish while earlier messages become durable is sent together.
package protocol Publisher: Sendable {
    /// Publishes in order; returns when all outcomes are known, in the same order.
    ///
    /// A message is `.confirmed` only when it is durable. Cancelling the task does not undo what was sent.
    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome]
}
