import AMQPClient
import AMQPWire
import Messaging

/// Takes messages from one queue over the broker's consuming connection, and goes on after each reconnect.
struct RabbitMQConsumer: Consumer {
    let consumer: AMQPSessionConsumer
    let configuration: RabbitMQConfiguration

    func next(upTo count: Int, linger: Duration) async throws(MessagingError) -> [Delivery] {
        do {
            return try await consumer.next(upTo: max(1, count), linger: linger).map { Delivery($0) }
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    func settle(_ tags: [DeliveryTag], _ settlement: Settlement) async throws(MessagingError) {
        guard !tags.isEmpty else { return }
        let how: AMQPSettlement =
            switch settlement {
            case .acknowledge: .acknowledge
            case .requeue: .requeue
            case .reject: .reject
            }
        do {
            try await consumer.settle(tags.map { AMQPDeliveryTag(epoch: $0.epoch, number: $0.number) }, how)
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    func holdMore(_ count: Int) async throws(MessagingError) {
        do {
            try await consumer.holdMore(count)
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    func cancel() async {
        await consumer.cancel()
    }

    func close() async {
        await consumer.close()
    }
}
