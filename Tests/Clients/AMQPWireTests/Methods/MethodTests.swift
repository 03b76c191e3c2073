import AMQPWire
import Testing

@Suite("Methods on the wire")
struct MethodTests {
    @Test("a method is written as the specification has it, and read again", arguments: MethodSample.all)
    func sample(_ sample: MethodSample) throws {
        let bytes = frame(1, 0x0102, sample.payload)
        var encoder = FrameEncoder()
        try encoder.method(sample.method, channel: 0x0102)
        #expect(encoder.bytes == bytes)
        #expect(try decoded(bytes) == [.method(channel: 0x0102, sample.method)])
        #expect(
            big(Int(sample.method.classID), bytes: 2) + big(Int(sample.method.methodID), bytes: 2)
                == Array(sample.payload.prefix(4)))
    }

    @Test("every method has its sample")
    func complete() {
        // connection 14, channel 6, exchange 8, queue 10, basic 18, confirm 2, tx 6.
        #expect(Set(MethodSample.all.map(\.method.name)).count == 64)
        #expect(MethodSample.all.count == 64)
    }

    @Test("a method that is cut anywhere, in a frame of its own, is a syntax error", arguments: MethodSample.all)
    func truncated(_ sample: MethodSample) {
        for count in sample.payload.indices {
            #expect(failure(frame(1, 1, Array(sample.payload.prefix(count))))?.replyCode == 502, "\(count) bytes")
        }
    }

    @Test("a byte after a method's fields is a syntax error", arguments: MethodSample.all)
    func leftOver(_ sample: MethodSample) {
        #expect(failure(frame(1, 1, sample.payload + [0]))?.replyCode == 502)
    }

    @Test(
        "a class or method that does not exist is named in the error",
        arguments: [
            "0000 000A", "000A 000C", "0014 001E", "0028 0029", "0032 0001", "003C 0073", "0055 0014", "005A 0028",
        ])
    func unknown(_ payload: String) {
        #expect(failure(frame(1, 1, hex(payload)))?.replyCode == 540)
    }

    @Test("reserved fields are read over, whatever they hold")
    func reserved() throws {
        let publish = join(hex("003C 0028 FFFF"), short("e"), short("r"), hex("00"))
        #expect(
            try decoded(frame(1, 1, publish)) == [
                .method(channel: 1, .basicPublish(BasicPublish(exchange: "e", routingKey: "r", mandatory: false)))
            ])
        let open = join(hex("000A 0028"), short("v"), short("capabilities"), hex("01"))
        #expect(try decoded(frame(1, 0, open)) == [.method(channel: 0, .connectionOpen(virtualHost: "v"))])
        let opened = join(hex("0014 000B"), long("channel id"))
        #expect(try decoded(frame(1, 1, opened)) == [.method(channel: 1, .channelOpenOk)])
    }

    @Test("the methods that announce a content are publish, return, deliver and get-ok")
    func contents() {
        #expect(
            MethodSample.all.filter(\.method.isContent).map(\.method.name) == [
                "basic.publish", "basic.return", "basic.deliver", "basic.get-ok",
            ])
    }

    @Test("flags that share an octet are told apart")
    func flags() throws {
        for octet in 0..<32 {
            let payload = join(hex("0032 000A 0000 01 71"), big(octet, bytes: 1), hex("00000000"))
            var expected = QueueDeclare(queue: "q")
            expected.passive = octet & 1 != 0
            expected.durable = octet & 2 != 0
            expected.exclusive = octet & 4 != 0
            expected.autoDelete = octet & 8 != 0
            expected.noWait = octet & 16 != 0
            #expect(try decoded(frame(1, 1, payload)) == [.method(channel: 1, .queueDeclare(expected))])
        }
    }
}
