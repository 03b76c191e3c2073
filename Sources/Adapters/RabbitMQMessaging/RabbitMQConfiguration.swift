package import AMQPClient
package import Messaging

/// How to reach RabbitMQ, and of which type the queues are that are made there. Its description has no password.
package struct RabbitMQConfiguration: Sendable, CustomStringConvertible {
    /// The type of the queues that ``RabbitMQBroker/declare(_:)`` makes.
    package enum QueueType: String, Sendable, Hashable, CaseIterable {
        /// On one node. Declared without `x-queue-type`, as clients that know nothing of types declare it.
        case classic
        /// Replicated over the nodes of a cluster (RabbitMQ 3.10 and later, for queues with a TTL).
        case quorum
    }

    /// The connection; both connections of a broker are made by it.
    package var connection: AMQPConfiguration
    /// The largest body that consumers are given, in bytes: an event has 30 KB at most, and a thousand of them may wait
    /// for a worker.
    private static let largestBody = 1 << 20
    /// The type of the queues that are made.
    package var queueType: QueueType
    /// How often everything that was declared is looked for and, if it is missing, made again.
    package var repairInterval: Duration
    /// How often the bindings are made again: what is published while one is gone never reaches its queue.
    package var bindingInterval = Duration.seconds(5)

    /// A configuration over that connection; classic queues, looked after every 30 s.
    package init(
        connection: AMQPConfiguration, queueType: QueueType = .classic, repairInterval: Duration = .seconds(30)
    ) {
        self.connection = connection
        self.connection.bodyMax = Self.largestBody
        self.queueType = queueType
        self.repairInterval = repairInterval
    }

    /// Reads `amqp://user:password@host:5672/vhost` or `amqps://...`; see `AMQPURI` for the parameters.
    ///
    /// - Throws: `.failed` if the address cannot be read; the error never holds the password.
    package init(
        url: String, queueType: QueueType = .classic, repairInterval: Duration = .seconds(30)
    ) throws(MessagingError) {
        do {
            var connection = try AMQPURI.parse(url)
            // Somebody's HTTP request waits for the confirm.
            connection.confirmTimeout = .seconds(5)
            self.init(connection: connection, queueType: queueType, repairInterval: repairInterval)
        } catch {
            throw MessagingError(.failed, error.message)
        }
    }

    /// The address without the password.
    package var description: String { connection.description }
}

/// What a broker tells beside its answers; for logs.
package enum RabbitMQNotice: Sendable, Hashable {
    /// This was declared before, was gone, and was made again: somebody deletes what the pipeline needs.
    case restored(TopologyFinding.Part, name: String)
    /// What was declared could not be looked after; RabbitMQ's reason.
    case repairFailed(MessagingError)
}
