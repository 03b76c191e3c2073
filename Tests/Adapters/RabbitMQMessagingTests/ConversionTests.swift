import AMQPClient
import AMQPWire
import Messaging
import Testing

@testable import RabbitMQMessaging

@Suite("Messages between the port and AMQP")
struct ConversionTests {
    private let headers: HeaderTable = [
        "null": .null, "yes": .bool(true), "zero": .integer(0), "smallest": .integer(.min), "largest": .integer(.max),
        "int32": .integer(Int64(Int32.max)), "above": .integer(Int64(Int32.max) + 1), "half": .double(0.5),
        "text": .string("naïve 🛒"), "bytes": .bytes([0, 255]), "time": .timestamp(1_700_000_000),
        "before": .timestamp(-1), "list": .array([.integer(1), .table(["k": .null])]),
        "nested": .table(["a": .array([])]),
    ]

    @Test("every header comes back as it went")
    func roundTrip() {
        #expect(HeaderTable(FieldTable(headers)) == headers)
    }

    @Test("integers of every width are integers")
    func widths() {
        let table: FieldTable = [
            "a": .int8(-1), "b": .uint8(255), "c": .int16(-2), "d": .uint16(65_535), "e": .int32(-3),
            "f": .uint32(.max), "g": .int64(.min),
        ]
        let numbers = HeaderTable(table).entries.map(\.value.number)
        #expect(numbers == [-1, 255, -2, 65_535, -3, 4_294_967_295, .min])
    }

    @Test("an integer takes 32 bits where it fits, as other clients send it")
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

    @Test("of a key that stands twice the first stays, also within tables")
    func repeatedKeys() {
        let table = FieldTable([.init("k", .int32(1)), .init("x", .void), .init("k", .int32(2))])
        #expect(HeaderTable(table) == ["k": .integer(1), "x": .null])
        #expect(HeaderValue(.table(table)) == .table(["k": .integer(1), "x": .null]))
    }

    @Test("properties come back as they went")
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

    @Test("a message of another program, with nothing or with oddities in its properties, is read")
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

@Suite("Arguments of queues on RabbitMQ")
struct QueueArgumentTests {
    @Test("a classic queue has the topology's arguments and no others")
    func classic() {
        for queue in PipelineTopology.topology().queues { #expect(queue.arguments(on: .classic) == queue.arguments) }
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

@Suite("What failures mean above the port")
struct ErrorTests {
    private let configuration = RabbitMQConfiguration(
        connection: AMQPConfiguration(authentication: .plain(user: "shop", password: "hunter2")))

    @Test(
        "kinds",
        arguments: [
            (.unreachable, .unavailable, .unavailable), (.connectionLost, .unavailable, .unavailable),
            (.timedOut, .unavailable, .unavailable), (.consumerCancelled, .unavailable, .unavailable),
            (.accessRefused, .unavailable, .failed), (.notAllowed, .unavailable, .failed),
            (.notFound, .notFound, .notFound), (.blocked, .blocked, .blocked), (.closed, .closed, .closed),
            (.protocolViolation, .corrupt, .corrupt), (.unencodable, .failed, .failed),
        ] as [(AMQPError.Code, MessagingError.Code, MessagingError.Code)])
    func kinds(_ code: AMQPError.Code, _ generally: MessagingError.Code, _ refused: MessagingError.Code) {
        #expect(MessagingError(AMQPError(code, "why"), configuration).code == generally)
        #expect(MessagingError(refusal: AMQPError(code, "why"), configuration).code == refused)
    }

    @Test("the error names the broker and the reason, and no password")
    func text() {
        let text = MessagingError(AMQPError(.unreachable, "nobody answers"), configuration).message
        #expect(text.contains("shop@localhost:5672") && text.contains("nobody answers"))
        #expect(!text.contains("hunter2"))
    }

    @Test("an address that cannot be read is an error without the password")
    func badAddress() throws {
        let error = try #require(throws: MessagingError.self) {
            _ = try RabbitMQConfiguration(url: "amqp://shop:hunter2@host/a/b")
        }
        #expect(!error.message.contains("hunter2"))
    }
}
