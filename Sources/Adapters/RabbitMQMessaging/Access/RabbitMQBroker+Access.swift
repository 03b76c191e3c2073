import AMQPClient
import AMQPWire
package import Messaging

/// Whether RabbitMQ lets this program do what it has to do.
extension RabbitMQBroker {
    /// What stands where a number should: the broker refuses the request after it has looked at the permission and
    /// before it does anything, and shows this text in its log.
    private static let nothing = "debias-events checks its permissions"

    /// See ``Broker/checkAccess(publishingTo:consuming:)``. RabbitMQ has no request that asks for a permission. So these
    /// ask for something that it never does: to publish with an expiration, to consume with a priority, that is no
    /// number. It answers 403 (access refused) without the permission, else 406 (precondition failed).
    package func checkAccess(publishingTo exchanges: [String], consuming queues: [String]) async throws(MessagingError)
    {
        try await connected(publishing)
        try await connected(consuming)
        do throws(AMQPError) {
            // A blocked connection would answer nothing before the alarm is over.
            if publishing.state == .connected {
                for exchange in exchanges { try await checkPublishing(to: exchange) }
            }
            for queue in queues { try await checkConsuming(queue) }
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    private func checkPublishing(to exchange: String) async throws(AMQPError) {
        var properties = BasicProperties()
        properties.expiration = Self.nothing
        let message = AMQPOutgoing(
            exchange: exchange, routingKey: PipelineTopology.routingKey, mandatory: true, properties: properties,
            body: [])
        let outcome = try await publishing.withChannel { (channel) throws(AMQPError) in await channel.publish([message])
        }
        guard case .unknown(let error)? = outcome.first, error.code == .accessRefused else { return }
        throw error.lacking(
            "write to \(exchange.isEmpty ? "the default exchange, amq.default" : "exchange '\(exchange)'")")
    }

    private func checkConsuming(_ queue: String) async throws(AMQPError) {
        do throws(AMQPError) {
            try await consuming.withChannel { (channel) throws(AMQPError) in
                _ = try await channel.consume(
                    queue, prefetch: 1, arguments: ["x-priority": .string(Self.nothing)])
            }
        } catch {
            guard error.code == .accessRefused else { return }
            throw error.lacking("read queue '\(queue)'")
        }
    }

    /// See ``Broker/publishingFailure()``.
    package func publishingFailure() async -> MessagingError? {
        switch publishing.state {
        case .connected: nil
        case .blocked(let reason):
            MessagingError(.blocked, "RabbitMQ at \(configuration): the broker takes no messages: \(reason)")
        case .disconnected(let error): MessagingError(error, configuration)
        case .connecting: MessagingError(.unavailable, "RabbitMQ at \(configuration): not connected yet")
        case .closed: MessagingError(.closed, "the broker was closed")
        }
    }
}
