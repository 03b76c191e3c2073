import AMQPWire
import TestSupport
import Testing

@Suite("Damaged streams")
struct DamagedStreamTests {
    @Test("whatever is damaged, decoding ends with frames, a wait or an error that stays", arguments: 0..<20)
    func damaged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var failures = 0
        for _ in 0..<200 {
            var bytes = SampleStream.some(4, using: &generator).bytes
            for _ in 0...Int.random(in: 0...3, using: &generator) { damage(&bytes, using: &generator) }
            var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 4_096, nesting: 8, fieldValues: 64))
            var frames = 0
            do throws(WireError) {
                for piece in bytes.cut(upTo: 400, using: &generator) {
                    decoder.append(piece)
                    frames += try rest(&decoder).count
                }
            } catch {
                failures += 1
                #expect([501, 502, 540].contains(error.replyCode))
                #expect(throws: error) { try decoder.next() }
            }
            #expect(frames <= bytes.count / 8)
        }
        // The damage is such that both happen.
        #expect(failures > 20)
        #expect(failures < 200)
    }

    private func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        let octet = UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0...5, using: &generator) {
        case 0: bytes[index] ^= 1 << (octet & 7)
        case 1: bytes[index] = octet
        case 2: bytes[index] = octet < 128 ? 0 : 0xFF
        case 3: bytes.insert(octet, at: index)
        case 4: bytes.removeSubrange(index..<min(bytes.count, index + 1 + Int(octet & 7)))
        default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + Int(octet))], at: index)
        }
    }

    @Test("noise behind a valid type octet ends as well", arguments: 0..<20)
    func noise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var payload: [UInt8] = []
            for _ in 0..<Int.random(in: 0...200, using: &generator) {
                payload.append(UInt8.random(in: 0...255, using: &generator))
            }
            // Well framed, so that the noise gets as far as the fields.
            var type: UInt8 = 2
            var start = hex("003C 0000 0000000000000001")
            if Bool.random(using: &generator), let sample = MethodSample.all.randomElement(using: &generator) {
                type = 1
                start = Array(sample.payload.prefix(4))
            }
            let code = failure(frame(type, 1, start + payload))?.replyCode
            #expect(code == nil || code == 502)
        }
    }
}
