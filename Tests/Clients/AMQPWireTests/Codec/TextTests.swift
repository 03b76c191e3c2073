import AMQPWire
import Testing

@Suite("Text that is not UTF-8")
struct TextTests {
    @Test("a short string is repaired, so that a consumer is not sent the same delivery for ever")
    func shortStrings() throws {
        let payload = join(hex("003C 003C"), short("c"), hex("0000000000000001 00"), short("e"), hex("03 61 FF 62"))
        let deliver = BasicDeliver(
            consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "e", routingKey: "a\u{FFFD}b")
        #expect(try decoded(frame(1, 1, payload)) == [.method(channel: 1, .basicDeliver(deliver))])
    }

    @Test("a long string of a method is repaired as well")
    func longStrings() throws {
        let payload = join(hex("000A 000A 00 09 00000000 00000003 50 C0 51"), long("en_US"))
        let start = ConnectionStart(
            versionMajor: 0, versionMinor: 9, serverProperties: [:], mechanisms: "P\u{FFFD}Q", locales: "en_US")
        #expect(try decoded(frame(1, 0, payload)) == [.method(channel: 0, .connectionStart(start))])
    }

    @Test(
        "a long string of a table is bytes then, since as text it would be another",
        arguments: ["80", "C3", "61 FF", "C0 AF", "ED A0 80", "F5 80 80 80", "E2 82"])
    func tables(_ text: String) throws {
        let bytes = hex(text)
        let frames = try decoded(contentHeader(headers: join(short("k"), hex("53"), long(bytes))))
        guard case .header(_, let header) = frames.first else {
            Issue.record("no header")
            return
        }
        #expect(header.properties.headers == ["k": .bytes(bytes)])
        #expect(header.headersFailure == nil)
    }

    @Test("a table's key is repaired")
    func keys() throws {
        let frames = try decoded(queueDeclare(arguments: hex("01 FF 56")))
        var declare = QueueDeclare(queue: "q")
        declare.arguments = ["\u{FFFD}": .void]
        #expect(frames == [.method(channel: 1, .queueDeclare(declare))])
    }

    @Test("zeroes and what is not one Unicode scalar a character come as they are")
    func scalars() throws {
        for text in ["\0a\0", "e\u{301}", "👩‍👩‍👧", "\u{FFFD}", "\u{FEFF}x"] {
            let frames = try decoded(frame(1, 1, hex("003C 0015") + short(text)))
            guard case .method(_, .basicConsumeOk(let tag)) = frames.first else {
                Issue.record("no consume-ok")
                continue
            }
            // Bytes, since == takes canonically equivalent texts for equal.
            #expect(Array(tag.utf8) == Array(text.utf8))
        }
    }
}
