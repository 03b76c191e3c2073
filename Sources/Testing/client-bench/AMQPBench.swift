import AMQPClient
import AMQPWire
import EventLoops
import Platform

/// Measures the cost of the AMQP client alone: publishes with confirms or consumes N messages, and prints the rate.
///
///     client-bench amqp publish 50000                to the exchange `events`: 200 bytes, persistent, 1,000 unconfirmed
///                                                    at most
///     client-bench amqp consume 50000 events.neo4j   prefetch 1,000, acknowledges 200 at a time
///
/// AMQP_URL names the broker; exchange and queues must exist.
enum AMQPBench {
    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        guard let verb = words.first, let count = words.dropFirst().first.flatMap({ Int($0) }), count > 0 else {
            return false
        }
        let queue = words.dropFirst(2).first
        guard verb == "publish" && queue == nil || verb == "consume" && queue != nil else { return false }
        let url = Environment.snapshot()["AMQP_URL"] ?? "amqp://guest:guest@127.0.0.1/"
        let connection = try await AMQPConnection.connect(try AMQPURI.parse(url))
        let channel = try await connection.openChannel()
        try await channel.confirmSelect()
        let clock = ContinuousClock()
        // Runs on the connection's own thread, like the single-threaded clients that are measured beside this one.
        let elapsed = try await Task(executorPreference: EventLoopTaskExecutor(sharing: connection.executor)) {
            try await clock.measure {
                if let queue {
                    try await consume(count, queue, channel)
                } else {
                    await publish(count, channel)
                }
            }
        }.value
        print("client-bench amqp \(verb) \(count): \(Int(Double(count) / (elapsed / .seconds(1)))) msg/s")
        await connection.close()
        return true
    }

    private static func publish(_ count: Int, _ channel: AMQPChannel) async {
        let message = AMQPOutgoing(
            exchange: "events", routingKey: "user.event", mandatory: false,
            properties: {
                var properties = BasicProperties()
                properties.contentType = "application/json"
                properties.deliveryMode = 2
                return properties
            }(),
            body: [UInt8](repeating: UInt8(ascii: "x"), count: 200))
        // Twenty batches in progress, together the window of 1,000.
        let size = 50
        var rest = count
        await withTaskGroup(of: Void.self) { group in
            func add() {
                let batch = min(size, rest)
                guard batch > 0 else { return }
                rest -= batch
                group.addTask {
                    let outcomes = await channel.publish(Array(repeating: message, count: batch))
                    if let failure = outcomes.first(where: { $0 != .confirmed }) {
                        ClientBench.fail("not confirmed: \(failure)")
                    }
                }
            }
            for _ in 0..<1_000 / size { add() }
            while await group.next() != nil { add() }
        }
    }

    private static func consume(_ count: Int, _ queue: String, _ channel: AMQPChannel) async throws {
        let consumer = try await channel.consume(queue, prefetch: 1_000)
        var unsettled: [AMQPDeliveryTag] = []
        var received = 0
        while received < count {
            let deliveries = try await consumer.next(
                upTo: min(200 - unsettled.count, count - received), linger: .milliseconds(5))
            received += deliveries.count
            unsettled += deliveries.map(\.tag)
            guard unsettled.count == 200 || received == count else { continue }
            try await consumer.settle(unsettled, .acknowledge)
            unsettled.removeAll(keepingCapacity: true)
        }
    }
}
