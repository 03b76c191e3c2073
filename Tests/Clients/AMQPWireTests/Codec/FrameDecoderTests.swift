import AMQPWire
import Testing

@Suite("What is not a frame")
struct FrameDecoderTests {
    /// The error comes, stays through whatever follows, and is the same again.
    private func expect(_ code: UInt16, _ bytes: [UInt8], _ limits: DecodingLimits = DecodingLimits()) {
        var decoder = FrameDecoder(limits: limits)
        decoder.append(frame(8, 0, []))
        decoder.append(bytes)
        #expect(throws: Never.self) { try decoder.next() }
        var errors: [WireError] = []
        for _ in 0..<3 {
            do throws(WireError) {
                _ = try decoder.next()
                Issue.record("no error")
            } catch {
                errors.append(error)
            }
            // What would be whole frames, had nothing preceded them.
            decoder.append(frame(8, 0, []))
        }
        #expect(errors.map(\.replyCode) == [code, code, code])
        #expect(Set(errors).count == 1)
    }

    @Test("an unknown type is an error as soon as its octet is there")
    func unknownType() {
        for type in UInt8.min...UInt8.max where ![1, 2, 3, 8].contains(type) { expect(501, [type]) }
    }

    @Test("a server that answers with the protocol it wants is told from noise")
    func otherProtocol() {
        expect(501, hex("414D5150 00 00 09 01"))
        #expect(failure(hex("41"))?.message.contains("does not speak") == true)
        #expect(failure(hex("42"))?.message.contains("does not speak") == false)
    }

    @Test("an end that is not 0xCE is an error")
    func wrongEnd() {
        for end in [UInt8(0), 0xCD, 0xCF, 0xFF] {
            expect(501, hex("08 0000 00000000") + [end])
            expect(501, hex("03 0001 00000002 CECE") + [end])
        }
    }

    @Test("a size above frame-max is an error when its octets are there, before any of the payload")
    func tooLarge() throws {
        let limits = DecodingLimits(frameMax: 4_096)
        expect(501, hex("03 0001") + big(4_089, bytes: 4), limits)
        expect(501, hex("03 0001 FFFFFFFF"), limits)
        expect(501, hex("01 0000 80000000"), limits)
        #expect(failure(hex("03 0001 FFFFFF"), limits) == nil)
        expect(501, hex("02 0001") + big((1 << 20) - 7, bytes: 4), limits)
        let largest = [UInt8](repeating: 7, count: 4_088)
        #expect(try decoded(frame(3, 1, largest), limits) == [.body(channel: 1, largest)])
    }

    @Test("a content header may be larger than what was agreed on")
    func largeHeader() throws {
        var properties = BasicProperties()
        properties.headers = ["k": .string(String(repeating: "x", count: 100_000))]
        let header = ContentHeader(bodySize: 0, properties: properties)
        var encoder = FrameEncoder()
        encoder.frameMax = 1 << 20
        try encoder.header(header, channel: 1)
        #expect(try decoded(encoder.bytes, DecodingLimits(frameMax: 4_096)) == [.header(channel: 1, header)])
    }

    @Test("limits may change between frames, as after tune")
    func tune() throws {
        var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 4_096))
        decoder.append(frame(8, 0, []))
        let body = [UInt8](repeating: 7, count: 5_000)
        decoder.append(frame(3, 1, body))
        #expect(try decoder.next() == .heartbeat)
        decoder.limits.frameMax = 8_192
        #expect(try decoder.next() == .body(channel: 1, body))
    }

    @Test("a heartbeat of a channel or with a payload is an error")
    func heartbeat() {
        expect(501, frame(8, 1, []))
        expect(501, frame(8, 65_535, []))
        expect(501, frame(8, 0, [0]))
    }

    @Test("malformed payloads stay errors as well")
    func payloads() {
        expect(502, frame(1, 1, []))
        expect(502, frame(1, 1, hex("003C")))
        expect(540, frame(1, 1, hex("003C FFFF")))
        expect(502, frame(2, 1, []))
        expect(501, frame(2, 1, hex("0032 0000 0000000000000000 0000")))
        expect(501, frame(2, 1, hex("003C 0100 0000000000000000 0000")))
        expect(502, frame(2, 1, hex("003C 0000 0000000000000000 0000 0000")))
    }

    @Test("a field that claims to be longer than its frame is an error, though the stream goes on")
    func claims() {
        let more = [UInt8](repeating: 0, count: 10_000)
        expect(502, frame(1, 1, hex("000A 0014 FFFFFFFF 00")) + more)
        expect(502, frame(1, 1, hex("000A 0014 7FFFFFFF 00")) + more)
        expect(502, frame(1, 1, hex("003C 0015 FF 63")) + more)
        expect(502, queueDeclare(arguments: hex("01 6B 53 FFFFFFFF 00")) + more)
        expect(502, queueDeclare(arguments: hex("01 6B 41 00000002 56")) + more)
        expect(502, queueDeclare(arguments: hex("FF 6B")) + more)
    }
}
