import AMQPWire
import Messaging

extension QueueDeclare {
    /// The declaration of a durable queue.
    init(_ queue: Queue, _ type: RabbitMQConfiguration.QueueType) {
        self.init(queue: queue.name)
        durable = true
        arguments = FieldTable(queue.arguments(on: type))
    }
}

extension ExchangeDeclare {
    /// The declaration of a durable exchange.
    init(_ exchange: Exchange) {
        self.init(exchange: exchange.name, type: exchange.kind.rawValue)
        durable = true
    }
}

extension QueueBinding {
    init(_ binding: Binding) {
        self.init(queue: binding.queue, exchange: binding.exchange, routingKey: binding.routingKey)
    }
}

extension Queue {
    /// By default RabbitMQ 4 drops a message that came back 20 times; earlier versions have no limit. A worker that
    /// gives batches back while its store is away must not lose them by that. The newer value for "no limit", -1, is
    /// accepted by 3.10 too, which then drops a message when it comes back for the first time (seen on 3.10.8). Hence a
    /// number that no message reaches.
    static let deliveryLimit: Int64 = 1_000_000_000

    /// The arguments of the queue's declaration: for a classic queue exactly the topology's, without `x-queue-type`.
    func arguments(on type: RabbitMQConfiguration.QueueType) -> HeaderTable {
        var arguments = arguments
        guard type == .quorum else { return arguments }
        arguments["x-queue-type"] = .string("quorum")
        arguments["x-delivery-limit"] = .integer(Self.deliveryLimit)
        // Dead-lettering is safe (at least once) only in a queue that rejects publishers when it is full; for other
        // queues RabbitMQ silently falls back to the unsafe strategy. A queue without a limit is never full.
        if deadLetterExchange != nil, overflow == .rejectPublish || maxLength == nil {
            arguments["x-overflow"] = .string(Overflow.rejectPublish.rawValue)
            arguments["x-dead-letter-strategy"] = .string("at-least-once")
        }
        return arguments
    }
}
