import AMQPWire
import Testing

@Suite("A returned message")
struct ReturnedMessageTests {
    private static let method = BasicReturn(replyCode: 312, replyText: "NO_ROUTE", exchange: "e", routingKey: "k")

    private static let properties: BasicProperties = {
        var properties = BasicProperties()
        properties.messageID = "1"
        properties.contentType = "text/plain"
        return properties
    }()

    private func matches(
        _ returned: ReturnedMessage, exchange: String = "e", key: String = "k",
        properties: BasicProperties = Self.properties, body: [UInt8] = [1, 2], isExact: Bool = true
    ) -> Bool {
        returned.matches(exchange: exchange, routingKey: key, properties: properties, body: body, isExact: isExact)
    }

    @Test("is the published one when route, properties and body are the same")
    func same() {
        let returned = ReturnedMessage(Self.method, ContentHeader(bodySize: 2, properties: Self.properties), [1, 2])
        #expect(matches(returned))
        #expect(!matches(returned, exchange: "f"))
        #expect(!matches(returned, key: "l"))
        #expect(!matches(returned, body: [1, 3]))
        #expect(!matches(returned, body: [1]))
    }

    @Test("may have other headers on its way back, but not another identity")
    func changedProperties() {
        let returned = ReturnedMessage(Self.method, ContentHeader(bodySize: 2, properties: Self.properties), [1, 2])
        var changed = Self.properties
        changed.contentType = nil
        #expect(!matches(returned, properties: changed))
        #expect(matches(returned, properties: changed, isExact: false))
        changed.messageID = "2"
        #expect(!matches(returned, properties: changed, isExact: false))
    }

    @Test("is compared by its size where its body was left out")
    func bodyLeftOut() {
        let returned = ReturnedMessage(Self.method, ContentHeader(bodySize: 2, properties: Self.properties), [])
        #expect(matches(returned, body: [7, 7]))
        #expect(!matches(returned, body: [7]))
    }
}
