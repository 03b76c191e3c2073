import AMQPWire
import Messaging
import Testing

@testable import RabbitMQMessaging

@Suite("Arguments of queues on RabbitMQ")
struct QueueDeclareQueueTests {
    @Test("a classic queue has the topology's arguments and no others")
    func classic() {
        for queue in PipelineTopology.topology().queues { #expect(queue.arguments(on: .classic) == queue.arguments) }
    }

    @Test(
        "every queue is durable and shared, since RabbitMQ 4.3 closes the connection of who asks for another",
        arguments: RabbitMQConfiguration.QueueType.allCases)
    func durable(type: RabbitMQConfiguration.QueueType) {
        for queue in PipelineTopology.topology().queues {
            let declaration = QueueDeclare(queue, type)
            #expect(declaration.durable && !declaration.exclusive && !declaration.autoDelete)
        }
    }

    @Test("a quorum queue has no delivery limit that a message reaches")
    func limit() {
        let arguments = Queue(name: "q").arguments(on: .quorum)
        #expect(arguments["x-queue-type"] == .string("quorum"))
        #expect(arguments["x-delivery-limit"] == .integer(1_000_000_000))
        #expect(arguments["x-overflow"] == nil)
    }

    @Test("a quorum queue that never drops for length dead-letters at least once")
    func atLeastOnce() {
        let refusing = Queue(name: "q", maxLength: 5, overflow: .rejectPublish, deadLetterExchange: "x")
        let delay = Queue(name: "q", messageTTL: 5, deadLetterExchange: "")
        for queue in [refusing, delay] {
            #expect(queue.arguments(on: .quorum)["x-dead-letter-strategy"] == .string("at-least-once"))
            #expect(queue.arguments(on: .quorum)["x-overflow"] == .string("reject-publish"))
        }
        let dropping = Queue(name: "q", maxLength: 5, deadLetterExchange: "x")
        #expect(dropping.arguments(on: .quorum)["x-dead-letter-strategy"] == nil)
        #expect(dropping.arguments(on: .quorum)["x-overflow"] == nil)
    }
}
