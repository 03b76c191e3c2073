import AMQPWire
import TestSupport
import Testing

@Suite("A stream in pieces")
struct PiecesTests {
    private let stream = SampleStream.whole

    @Test("all at once, the frames come in order and nothing is left")
    func atOnce() throws {
        #expect(try decoded(stream.bytes) == stream.frames)
    }

    @Test("octet by octet, a frame comes with its last octet and not before")
    func drip() throws {
        var decoder = FrameDecoder()
        var frames: [Frame] = []
        var unfinished = 0
        for octet in stream.bytes {
            decoder.append([octet])
            unfinished += 1
            guard let frame = try decoder.next() else { continue }
            #expect(octet == 0xCE)
            #expect(unfinished >= 8)
            unfinished = 0
            frames.append(frame)
            #expect(try decoder.next() == nil)
        }
        #expect(unfinished == 0)
        #expect(frames == stream.frames)
    }

    @Test(
        "cut anywhere, with frames taken after each piece or now and then, the frames are the same", arguments: 1...100)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var decoder = FrameDecoder()
        var frames: [Frame] = []
        for piece in stream.bytes.cut(upTo: seed.isMultiple(of: 2) ? 30 : 1_000, using: &generator) {
            decoder.append(piece)
            if Bool.random(using: &generator) { frames += try rest(&decoder) }
            if Bool.random(using: &generator), let frame = try decoder.next() { frames.append(frame) }
        }
        frames += try rest(&decoder)
        #expect(frames == stream.frames)
    }

    @Test("an empty piece changes nothing")
    func empty() throws {
        var decoder = FrameDecoder()
        decoder.append([])
        #expect(try decoder.next() == nil)
        decoder.append(hex("08 0000 00"))
        decoder.append([])
        #expect(try decoder.next() == nil)
        decoder.append(hex("000000 CE"))
        #expect(try decoder.next() == .heartbeat)
        #expect(try decoder.next() == nil)
    }

    @Test("what is decoded and encoded again is the same stream")
    func again() throws {
        var encoder = FrameEncoder()
        for frame in try decoded(stream.bytes) { try encoder.frame(frame) }
        #expect(encoder.bytes == stream.bytes)
    }
}
