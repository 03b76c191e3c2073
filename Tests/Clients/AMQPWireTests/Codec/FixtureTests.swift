import AMQPWire
import Testing

@Suite("Whole frames, octet by octet after the specification")
struct FixtureTests {
    /// Decoding gives the frames, and encoding them the octets.
    private func check(_ bytes: [UInt8], _ frames: [Frame]) throws {
        #expect(try decoded(bytes) == frames)
        var encoder = FrameEncoder()
        for frame in frames { try encoder.frame(frame) }
        #expect(encoder.bytes == bytes)
    }

    @Test("connection.start of a broker with a capability")
    func connectionStart() throws {
        let start = ConnectionStart(
            versionMajor: 0, versionMinor: 9,
            serverProperties: [
                "capabilities": .table(["publisher_confirms": .boolean(true)]), "product": .string("MQX"),
            ],
            mechanisms: "AMQPLAIN PLAIN", locales: "en_US")
        try check(
            hex(
                """
                01 0000 0000005C
                000A 000A 00 09
                00000037
                  0C 6361706162696C6974696573 46 00000015
                    12 7075626C69736865725F636F6E6669726D73 74 01
                  07 70726F64756374 53 00000003 4D5158
                0000000E 414D51504C41494E20504C41494E
                00000005 656E5F5553
                CE
                """), [.method(channel: 0, .connectionStart(start))])
    }

    @Test("connection.tune with RabbitMQ's numbers")
    func connectionTune() throws {
        try check(
            hex("01 0000 0000000C 000A 001E 07FF 00020000 003C CE"),
            [.method(channel: 0, .connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60)))])
    }

    @Test("queue.declare of a durable quorum queue")
    func queueDeclare() throws {
        var declare = QueueDeclare(queue: "events")
        declare.durable = true
        declare.arguments = ["x-queue-type": .string("quorum")]
        try check(
            hex(
                """
                01 0001 0000002A
                0032 000A 0000 06 6576656E7473 02
                00000018 0C 782D71756575652D74797065 53 00000006 71756F72756D
                CE
                """), [.method(channel: 1, .queueDeclare(declare))])
    }

    @Test("a delivery: method, header and body")
    func delivery() throws {
        var properties = BasicProperties()
        properties.contentType = "application/json"
        properties.headers = ["x-tries": .int32(3)]
        properties.deliveryMode = 2
        try check(
            hex(
                """
                01 0007 0000001E
                003C 003C 05 7461672D31 000000000000002A 01 00 09 6576656E74732E696E
                CE
                02 0007 00000031
                003C 0000 0000000000000007 B000
                10 6170706C69636174696F6E2F6A736F6E
                0000000D 07 782D7472696573 49 00000003
                02
                CE
                03 0007 00000007 7B2261223A317D CE
                """),
            [
                .method(
                    channel: 7,
                    .basicDeliver(
                        BasicDeliver(
                            consumerTag: "tag-1", deliveryTag: 42, redelivered: true, exchange: "",
                            routingKey: "events.in"))),
                .header(channel: 7, ContentHeader(bodySize: 7, properties: properties)),
                .body(channel: 7, Array(#"{"a":1}"#.utf8)),
            ])
    }

    @Test("a heartbeat is eight octets")
    func heartbeat() throws {
        try check(hex("08 0000 00000000 CE"), [.heartbeat])
    }

    @Test("a client begins with AMQP 0 0 9 1")
    func protocolHeader() {
        var encoder = FrameEncoder()
        encoder.protocolHeader()
        #expect(encoder.bytes == hex("414D5150 00 00 09 01"))
    }
}
