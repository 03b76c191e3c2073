import Messaging
import Testing

@Suite("Topology") struct TopologyTests {
    @Test("arguments have RabbitMQ's names, and defaults are absent")
    func arguments() {
        #expect(Queue(name: "q").arguments.isEmpty)
        let all = Queue(
            name: "q", messageTTL: 1, maxLength: 2, overflow: .rejectPublish, deadLetterExchange: "",
            deadLetterRoutingKey: "k", maxPriority: 3)
        #expect(
            all.arguments == [
                "x-message-ttl": .integer(1), "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string("k"), "x-max-length": .integer(2),
                "x-overflow": .string("reject-publish"), "x-max-priority": .integer(3),
            ])
    }

    @Test("a queue's messages are those that wait and those that are held")
    func status() {
        #expect(QueueStatus(ready: 40, unacknowledged: 2, consumers: 1).messages == 42)
    }
}
