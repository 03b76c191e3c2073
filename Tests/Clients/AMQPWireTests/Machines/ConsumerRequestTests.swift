import AMQPWire
import Testing

@Suite("A consumer's request")
struct ConsumerRequestTests {
    @Test("becomes basic.qos and basic.consume, with what was asked for")
    func methods() throws {
        let request = ConsumerRequest(
            queue: "q", prefetch: 65_535, tag: "ignored", exclusive: true, arguments: ["x-priority": .int32(5)])
        var consume = BasicConsume(queue: "q", consumerTag: "c")
        consume.exclusive = true
        consume.arguments = ["x-priority": .int32(5)]
        #expect(
            try request.methods(tag: "c") == [
                .basicQos(prefetchSize: 0, prefetchCount: 65_535, global: false), .basicConsume(consume),
            ])
    }

    @Test("with a prefetch that AMQP cannot name, or that means no limit, is an error", arguments: [0, -1, 65_536])
    func prefetch(prefetch: Int) {
        #expect(throws: WireError.self) { try ConsumerRequest(queue: "q", prefetch: prefetch).methods(tag: "c") }
    }
}
