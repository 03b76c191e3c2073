import BoltWire
import TestSupport
import Testing

@Suite("A stream of messages")
struct MessageDecoderTests {
    private let version = BoltVersion(5, 8)

    private func decoded(_ pieces: [[UInt8]], _ limits: DecodingLimits = DecodingLimits()) throws -> [Response] {
        var decoder = MessageDecoder(version: version, limits: limits)
        var responses: [Response] = []
        for piece in pieces {
            decoder.append(piece)
            while let response = try decoder.nextResponse() { responses.append(response) }
        }
        return responses
    }

    private let text = hex("B171 92 87 4772C3BCC39F65 CB0000000080000000")
    private let record = Response.record(["Grüße", 2_147_483_648])

    @Test("a message in two chunks is the same wherever it is cut: in a marker, a size, a number, a character")
    func chunked() throws {
        for place in 1..<text.count {
            let bytes =
                [0, UInt8(place)] + text[..<place] + [0, UInt8(text.count - place)] + text[place...] + [0, 0]
            #expect(try decoded([bytes]) == [record])
            // And octet by octet.
            #expect(try decoded(bytes.map { [$0] }) == [record])
        }
    }

    @Test("chunks of one byte make up a message")
    func tiny() throws {
        let bytes = text.flatMap { [0, 1, $0] } + [0, 0] + message("B07E")
        #expect(try decoded([bytes]) == [record, .ignored])
    }

    @Test("chunks without content before, between and behind messages are skipped")
    func noops() throws {
        let bytes = [0, 0, 0, 0] + message(text) + [0, 0] + message("B07E") + [0, 0, 0, 0, 0, 0]
        #expect(try decoded([bytes]) == [record, .ignored])
        #expect(try decoded(bytes.map { [$0] }) == [record, .ignored])
        #expect(try decoded([[UInt8](repeating: 0, count: 100_000)]) == [])
    }

    @Test("a message comes with its last byte and not before")
    func drip() throws {
        var decoder = MessageDecoder(version: version)
        for byte in message(text) {
            #expect(try decoder.nextResponse() == nil)
            decoder.append([byte])
        }
        #expect(try decoder.nextResponse() == record)
        #expect(try decoder.nextResponse() == nil)
    }

    @Test("what is written in any chunks and pieces reads the same", arguments: 0..<50)
    func pieces(seed: UInt64) throws {
        var values = RandomValues(seed: seed)
        var encoder = MessageEncoder(version: BoltVersion(6, 1), writesResults: true)
        var messages: [BoltStructure] = []
        for _ in 0..<5 {
            var fields: [BoltValue] = [values.value(depth: 3)]
            if seed.isMultiple(of: 5) { fields.append(.bytes([UInt8](repeating: 3, count: 70_000))) }
            messages.append(BoltStructure(0x71, fields))
            try encoder.message(BoltStructure(0x71, fields))
            if Bool.random(using: &values.generator) { encoder.noop() }
        }
        var decoder = MessageDecoder(version: BoltVersion(6, 1))
        var again: [BoltStructure] = []
        for piece in encoder.take().cut(upTo: seed.isMultiple(of: 5) ? 50_000 : 30, using: &values.generator) {
            decoder.append(piece)
            while let message = try decoder.nextMessage() { again.append(message) }
        }
        #expect(again == messages)
    }

    @Test(
        "an error stays",
        arguments: [
            "B270 A0 A0", "B170 01", "B171 A0", "B17F A0", "B001", "91", "B170", "B170 A0 00", "B171 91 DF", "C0",
        ])
    func stays(digits: String) {
        var decoder = MessageDecoder(version: version)
        decoder.append(message(digits))
        #expect(code { _ = try decoder.nextResponse() } == .malformed)
        decoder.append(message("B07E"))
        #expect(code { _ = try decoder.nextResponse() } == .malformed)
    }

    @Test("a message beyond the bound is refused before it has come", arguments: [true, false])
    func tooLarge(isOneChunk: Bool) throws {
        let limits = DecodingLimits(messageBytes: 20)
        #expect(try decoded([message(text)], limits) == [record])
        var decoder = MessageDecoder(version: version, limits: limits)
        decoder.append(isOneChunk ? [0, 21] : [0, 15] + [UInt8](repeating: 0, count: 15) + [0, 6, 0, 0])
        #expect(code { _ = try decoder.nextResponse() } == .tooLarge)
    }

    @Test("an ignored request may have fields, which older servers send")
    func ignored() throws {
        #expect(try decoded([message("B07E"), message("B17E A0")]) == [.ignored, .ignored])
    }

    @Test("whatever is damaged, messages, a wait or an error come", arguments: 0..<30)
    func damaged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let recording = Recording.bolt58
        for _ in 0..<20 {
            var bytes = hex(recording.graph + recording.values + recording.failure)
            for _ in 0..<2 {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let code = code { _ = try decoded(bytes.cut(upTo: 200, using: &generator)) }
            #expect(code == nil || code == .malformed || code == .tooLarge)
        }
    }
}
