import AMQPClient
import AMQPWire
import Messaging
import Testing

@testable import RabbitMQMessaging

@Suite("Messages between the port and AMQP")
struct MessageAMQPTests {
    private let headers: HeaderTable = [
        "null": .null, "yes": .bool(true), "zero": .integer(0), "smallest": .integer(.min), "largest": .integer(.max),
        "int32": .integer(Int64(Int32.max)), "above": .integer(Int64(Int32.max) + 1), "half": .double(0.5),
        "text": .string("naïve 🛒"), "bytes": .bytes([0, 255]), "time": .timestamp(1_700_000_000),
        "before": .timestamp(-1), "list": .array([.integer(1), .table(["k": .null])]),
        "nested": .table(["a": .array([])]),
    ]

    @Test("every header survives the round trip")
    func roundTrip() {
        #expect(HeaderTable(FieldTable(headers)) == headers)
    }

    @Test("integers of every width are read as integers")
    func widths() {
        let table: FieldTable = [
            "a": .int8(-1), "b": .uint8(255), "c": .int16(-2), "d": .uint16(65_535), "e": .int32(-3),
            "f": .uint32(.max), "g": .int64(.min),
        ]
        let numbers = HeaderTable(table).entries.map(\.value.number)
        #expect(numbers == [-1, 255, -2, 65_535, -3, 4_294_967_295, .min])
    }

    @Test("an integer takes 32 bits if it fits, as other clients send it")
    func narrow() {
        #expect(FieldValue(.integer(86_400_000)) == .int32(86_400_000))
        #expect(FieldValue(.integer(Int64(Int32.max) + 1)) == .int64(Int64(Int32.max) + 1))
    }

    @Test("decimals and floats become doubles")
    func fractions() {
        #expect(HeaderValue(.decimal(scale: 2, value: -314)) == .double(-3.14))
        #expect(HeaderValue(.decimal(scale: 255, value: 1)) == .double(1e-255))
        #expect(HeaderValue(.float(0.5)) == .double(0.5))
    }

    @Test("a repeated key keeps its first value, also in nested tables")
    func repeatedKeys() {
        let table = FieldTable([.init("k", .int32(1)), .init("x", .void), .init("k", .int32(2))])
        #expect(HeaderTable(table) == ["k": .integer(1), "x": .null])
        #expect(HeaderValue(.table(table)) == .table(["k": .integer(1), "x": .null]))
    }

    @Test("properties survive the round trip")
    func properties() {
        let all = [
            MessageProperties(), MessageProperties(isPersistent: false),
            MessageProperties(
                contentType: "application/json", messageID: "id", type: "view", timestamp: 1_700_000_000, priority: 9,
                expiration: 86_400_000, headers: headers),
            MessageProperties(contentType: "", messageID: "", type: "", timestamp: 0, expiration: 0),
        ]
        for properties in all { #expect(MessageProperties(BasicProperties(properties)) == properties) }
    }

    @Test("a message of another program with empty or odd properties is read")
    func foreign() {
        var odd = BasicProperties()
        #expect(MessageProperties(odd) == MessageProperties(isPersistent: false))
        odd.expiration = "soon"
        odd.deliveryMode = 7
        odd.correlationID = "other"
        odd.userID = "guest"
        odd.headers = [:]
        var read = MessageProperties(isPersistent: false)
        read.carried = [.correlationID: "other"]
        #expect(MessageProperties(odd) == read)
    }

    @Test("publications are mandatory")
    func mandatory() {
        let publication = Publication(exchange: "e", routingKey: "k", message: Message(body: [1]))
        let outgoing = AMQPOutgoing(publication)
        #expect(outgoing.mandatory)
        #expect(outgoing.exchange == "e")
        #expect(outgoing.routingKey == "k")
        #expect(outgoing.body == [1])
        #expect(outgoing.properties.deliveryMode == 2)
    }
}
