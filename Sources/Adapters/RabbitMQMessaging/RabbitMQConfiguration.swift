package import AMQPClient
package import Messaging

/// How to reach RabbitMQ, and the type of the queues that are created there. The description has no password.
package struct RabbitMQConfiguration: Sendable, CustomStringConvertible {
    /// The type of the queues that ``RabbitMQBroker/declare(_:)`` creates.
    package enum QueueType: String, Sendable, Hashable, CaseIterable {
        /// On one node. Declared without `x-queue-type`, as by clients that do not know the argument.
        case classic
        /// Replicated over the nodes of a cluster (RabbitMQ 3.10 and later, for queues with a TTL).
        case quorum
    }

    /// The settings of both connections of a broker.
    package var connection: AMQPConfiguration
    /// The largest body that consumers accept, in bytes: an event has 30 KB at most, and a thousand of them may wait
    /// for a worker.
    private static let largestBody = 1 << 20
    /// The type of the queues that are created.
    package var queueType: QueueType
    /// Whether a queue that exists may be of the other type; its arguments are compared with those that it would have
    /// been declared with.
    package var acceptsEitherType = false
    /// How often everything that was declared is checked and, if it is missing, created again.
    package var repairInterval: Duration
    /// How often the bindings are created again: messages published while a binding is missing never reach its queue.
    package var bindingInterval = Duration.seconds(5)

    /// By default queues are classic and checked every 30 s.
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
            // An HTTP request waits for the confirm.
            connection.confirmTimeout = .seconds(5)
            self.init(connection: connection, queueType: queueType, repairInterval: repairInterval)
        } catch {
            throw MessagingError(.failed, error.message)
        }
    }

    /// The address without the password.
    package var description: String { connection.description }
}

/// What a broker reports apart from its answers; for logs.
package enum RabbitMQNotice: Sendable, Hashable {
    /// The part was not there when this program began, and was created.
    case created(TopologyFinding.Part, name: String)
    /// The part was declared before, was missing, and was created again: somebody deletes what the pipeline needs.
    case restored(TopologyFinding.Part, name: String)
    /// RabbitMQ refuses this program, for a reason that only people can mend; reported once, until another reason.
    case refused(MessagingError)
    /// RabbitMQ refused this program before, and does no longer.
    case accepted
    /// The declared topology could not be checked or repaired; holds RabbitMQ's reason.
    case repairFailed(MessagingError)
}
