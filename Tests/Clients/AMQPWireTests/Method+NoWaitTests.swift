import AMQPWire
import Testing

@Suite("A request that wants an answer")
struct NoWaitTests {
    @Test("is the same request without noWait")
    func cleared() {
        var queue = QueueDeclare(queue: "q")
        queue.durable = true
        let answered = queue
        queue.noWait = true
        #expect(Method.queueDeclare(queue).wantingAnswer == .queueDeclare(answered))
        var exchange = ExchangeDeclare(exchange: "e", type: "topic")
        let answeredExchange = exchange
        exchange.noWait = true
        #expect(Method.exchangeDeclare(exchange).wantingAnswer == .exchangeDeclare(answeredExchange))
        var binding = QueueBinding(queue: "q", exchange: "e", routingKey: "k")
        let answeredBinding = binding
        binding.noWait = true
        #expect(Method.queueBind(binding).wantingAnswer == .queueBind(answeredBinding))
        #expect(Method.queueUnbind(binding).wantingAnswer == .queueUnbind(binding), "it always has an answer")
    }
}
