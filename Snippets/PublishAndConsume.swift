//! Publishes a thousand messages to a broker with confirms, consumes them in batches and acknowledges them, over a
//! session that reconnects by itself. Without a broker it says so and ends.

import AMQPClient
import AMQPWire

enum Orders {
    static let queue = "example-orders"
}

/// A session whose queue is declared anew on every connection.
func makeSession(_ address: String) throws(AMQPError) -> AMQPSession {
    var configuration = try AMQPURI.parse(address)
    configuration.connectionName = "PublishAndConsume"
    return AMQPSession(configuration) { connection throws(AMQPError) in
        try await connection.withChannel { channel throws(AMQPError) in
            var declaration = QueueDeclare(queue: Orders.queue)
            declaration.durable = true
            _ = try await channel.declareQueue(declaration)
        }
    }
}

/// Publishes `messages`, and again what is not confirmed, a few times; consumers tell repetitions by the message's
/// identity. Returns how many messages are confirmed.
func publish(_ messages: [AMQPOutgoing], over session: AMQPSession) async -> Int {
    var rest = messages
    var attempts = 0
    while !rest.isEmpty, attempts < 5 {
        if attempts > 0 { try? await Task.sleep(for: .seconds(1)) }
        attempts += 1
        let outcomes = await session.publish(rest)
        rest = zip(rest, outcomes).filter { $1 != .confirmed }.map { $0.0 }
    }
    return messages.count - rest.count
}

/// Takes `count` messages, and acknowledges a batch when it is processed.
func consume(_ count: Int, over session: AMQPSession) async throws(AMQPError) -> Int {
    let consumer = try await session.consume(AMQPConsumer.Request(queue: Orders.queue, prefetch: 256))
    var received = 0
    while received < count {
        do throws(AMQPError) {
            let deliveries = try await consumer.next(upTo: 100, linger: .milliseconds(20))
            if deliveries.isEmpty { break }
            received += deliveries.count
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
        } catch {
            // The session opens the consumer again; messages that were not acknowledged come again.
            guard error.isRetriable else { throw error }
        }
    }
    await consumer.close()
    return received
}

/// An order as a message that survives a restart of the broker.
func order(_ number: Int) -> AMQPOutgoing {
    var properties = BasicProperties()
    properties.messageID = "order-\(number)"
    properties.contentType = "application/json"
    properties.deliveryMode = 2
    return AMQPOutgoing(
        exchange: "", routingKey: Orders.queue, properties: properties, body: Array("{\"order\":\(number)}".utf8))
}

do throws(AMQPError) {
    let session = try makeSession(CommandLine.arguments.dropFirst().first ?? "amqp://localhost")
    await session.start()
    do throws(AMQPError) {
        try await session.waitUntilConnected(timeout: .seconds(5))
        let confirmed = await publish((1...1_000).map(order), over: session)
        print("\(confirmed) messages confirmed")
        print("\(try await consume(confirmed, over: session)) messages consumed")
        try await session.withChannel { channel throws(AMQPError) in _ = try await channel.deleteQueue(Orders.queue) }
    } catch {
        print("\(error.code): \(error)")
        print("usage: PublishAndConsume [amqp://user:password@host/vhost]")
    }
    await session.close()
} catch {
    print(error)
}
