import AMQPWire
import Testing

@Suite("An incoming message")
struct IncomingMessageTests {
    private func message(_ size: UInt64, _ body: [UInt8]) -> IncomingMessage {
        var properties = BasicProperties()
        properties.messageID = "1"
        let got = BasicGetOk(deliveryTag: 7, redelivered: true, exchange: "e", routingKey: "k", messageCount: 2)
        return IncomingMessage(got, ContentHeader(bodySize: size, properties: properties), body)
    }

    @Test("that was asked for has epoch 1 and what came")
    func got() {
        let message = message(2, [1, 2])
        #expect(message.tag == IncomingMessage.Tag(epoch: 1, number: 7))
        #expect(message.redelivered)
        #expect(message.exchange == "e" && message.routingKey == "k")
        #expect(message.properties.messageID == "1")
        #expect(message.body == [1, 2])
    }

    @Test("tells a body that was left out from one that is empty")
    func leftOut() {
        #expect(!message(2, [1, 2]).isBodyLeftOut)
        #expect(!message(0, []).isBodyLeftOut)
        #expect(message(3, []).isBodyLeftOut)
    }
}
