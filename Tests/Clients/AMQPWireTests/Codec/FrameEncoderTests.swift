import AMQPWire
import Testing

@Suite("What cannot be encoded")
struct FrameEncoderTests {
    private let long = String(repeating: "k", count: 256)

    /// An error, the buffer as before, and an encoder that can go on.
    private func expect(
        _ code: UInt16, frameMax: Int = 4_096, _ write: (inout FrameEncoder) throws(WireError) -> Void
    ) {
        var encoder = FrameEncoder(frameMax: frameMax)
        encoder.heartbeat()
        do throws(WireError) {
            try write(&encoder)
            Issue.record("no error")
        } catch {
            #expect(error.replyCode == code)
        }
        #expect(encoder.bytes == frame(8, 0, []))
        encoder.heartbeat()
        #expect(encoder.bytes == frame(8, 0, []) + frame(8, 0, []))
    }

    private func publish(
        _ encoder: inout FrameEncoder, key: String = "r", _ change: (inout BasicProperties) -> Void = { _ in }
    ) throws(WireError) {
        var properties = BasicProperties()
        change(&properties)
        try encoder.publish(
            BasicPublish(exchange: "e", routingKey: key, mandatory: false), properties: properties, body: [1],
            channel: 1)
    }

    @Test("a short string of more than 255 bytes")
    func shortStrings() {
        expect(502) { (encoder) throws(WireError) in try publish(&encoder, key: long) }
        expect(502) { (encoder) throws(WireError) in try encoder.method(.basicCancelOk(consumerTag: long), channel: 1) }
        expect(502) { (encoder) throws(WireError) in
            try encoder.method(.basicConsume(BasicConsume(queue: "q", consumerTag: long)), channel: 1)
        }
        // Fewer than 256 characters, but bytes count.
        expect(502) { (encoder) throws(WireError) in
            try publish(&encoder, key: String(repeating: "é", count: 128))
        }
    }

    @Test("255 bytes fit a short string")
    func longestShortString() throws {
        let key = String(repeating: "é", count: 127) + "e"
        var encoder = FrameEncoder()
        try publish(&encoder, key: key)
        #expect(
            try decoded(encoder.bytes).first
                == .method(channel: 1, .basicPublish(BasicPublish(exchange: "e", routingKey: key, mandatory: false))))
    }

    @Test("a property that does not fit takes the method before it along")
    func properties() {
        let changes: [(inout BasicProperties) -> Void] = [
            { $0.contentType = long }, { $0.contentEncoding = long }, { $0.correlationID = long },
            { $0.replyTo = long },
            { $0.expiration = long }, { $0.messageID = long }, { $0.type = long }, { $0.userID = long },
            { $0.appID = long }, { $0.clusterID = long }, { $0.headers = [long: .void] },
            { $0.headers = ["k": .table([long: .void])] }, { $0.headers = ["k": .array([.table([long: .void])])] },
        ]
        for change in changes { expect(502) { (encoder) throws(WireError) in try publish(&encoder, change) } }
    }

    @Test("a table that makes its frame larger than frame-max")
    func tables() throws {
        // 14 octets precede the table and 11 are the table's own, besides the text.
        let fits = String(repeating: "x", count: 4_088 - 25)
        var encoder = FrameEncoder(frameMax: 4_096)
        try encoder.header(header(fits), channel: 1)
        #expect(encoder.bytes.count == 4_096)
        expect(501) { (encoder) throws(WireError) in try encoder.header(header(fits + "x"), channel: 1) }
        expect(501) { (encoder) throws(WireError) in
            try publish(&encoder) { $0.headers = ["k": .bytes([UInt8](repeating: 0, count: 5_000))] }
        }
        expect(501) { (encoder) throws(WireError) in
            var declare = QueueDeclare(queue: "q")
            declare.arguments = FieldTable((0..<2_000).map { FieldTable.Entry("\($0)", .void) })
            try encoder.method(.queueDeclare(declare), channel: 1)
        }
        expect(501) { (encoder) throws(WireError) in
            try encoder.method(.connectionSecureOk(response: [UInt8](repeating: 0, count: 4_081)), channel: 0)
        }
    }

    private func header(_ text: String) -> ContentHeader {
        var properties = BasicProperties()
        properties.headers = ["k": .string(text)]
        return ContentHeader(bodySize: 0, properties: properties)
    }

    @Test("nesting deeper than is decoded")
    func nesting() {
        var value = FieldValue.void
        for _ in 0..<127 { value = .array([value]) }
        var encoder = FrameEncoder()
        #expect(throws: Never.self) { try publish(&encoder) { $0.headers = ["k": value] } }
        expect(502) { (encoder) throws(WireError) in try publish(&encoder) { $0.headers = ["k": .array([value])] } }
        expect(502) { (encoder) throws(WireError) in
            try publish(&encoder) { $0.headers = ["k": .table(["k": value])] }
        }
    }

    @Test("an error does not quote all of a text that is too long")
    func message() {
        var encoder = FrameEncoder()
        let error = #expect(throws: WireError.self) {
            try publish(&encoder, key: String(repeating: "secret", count: 1_000))
        }
        #expect((error?.message.utf8.count ?? .max) < 200)
    }
}
