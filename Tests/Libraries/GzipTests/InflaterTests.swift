import Gzip
import TestSupport
import Testing

@Suite("An inflater")
struct InflaterTests {
    /// The contents and the final error of `compressed` given in pieces of random sizes up to `maximumPiece`.
    private func inflate(
        _ compressed: [UInt8], maximumPiece: Int, random: inout SeededGenerator
    ) -> Result<[UInt8], GzipError> {
        var inflater = Inflater(limits: InflateLimits(maximumOutput: 100_000))
        var output: [UInt8] = []
        var rest = compressed[...]
        do throws(GzipError) {
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 0...maximumPiece, using: &random)))
                rest = rest.dropFirst(piece.count)
                try inflater.inflate(piece.span, into: &output)
            }
            try inflater.finish()
            return .success(output)
        } catch {
            return .failure(error)
        }
    }

    @Test("makes of pieces what it makes of the whole, errors included", arguments: 0..<60 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var compressed: [UInt8] = []
        for _ in 0...Int.random(in: 0...3, using: &random) {
            compressed += Gzip.compress(random.bytes(upTo: 5000), level: Int.random(in: 0...9, using: &random))
        }
        switch seed % 4 {
        case 1: compressed.removeLast(Int.random(in: 1..<compressed.count, using: &random))
        case 2: compressed[Int.random(in: compressed.indices, using: &random)] ^= 0x10
        case 3: compressed += random.bytes(upTo: 5)
        default: break
        }
        let whole = Result { () throws(GzipError) in try Gzip.decompress(compressed, maxOutput: 100_000) }
        for maximumPiece in [1, 7, 1000] {
            #expect(inflate(compressed, maximumPiece: maximumPiece, random: &random) == whole)
        }
    }

    @Test("fills the given room, keeps the rest and counts both sides", arguments: [1, 100, 65_536, 1_000_000])
    func room(size: Int) throws {
        let contents = [UInt8](repeating: 9, count: 150_000)
        let compressed = Gzip.compress(contents) + Gzip.compress([1, 2, 3])
        var inflater = Inflater(limits: .unlimited)
        var output: [UInt8] = []
        var offset = 0
        repeat {
            let before = output.count
            offset += try inflater.inflate(compressed.span.extracting(offset...), into: &output, atMost: size)
            #expect(output.count - before <= size)
        } while offset < compressed.count || inflater.outputIsPending
        try inflater.finish()
        #expect(output == contents + [1, 2, 3])
        #expect(inflater.inputCount == compressed.count)
        #expect(inflater.outputCount == output.count)
    }

    @Test("throws the same error for ever once it failed")
    func failureStays() throws {
        var inflater = Inflater(limits: .unlimited)
        var output: [UInt8] = []
        let bad: [UInt8] = [0x1f, 0x8b, 0xff, 0]
        var errors: [GzipError] = []
        for _ in 0..<2 {
            do throws(GzipError) { try inflater.inflate(bad.span, into: &output) } catch { errors.append(error) }
        }
        do throws(GzipError) { try inflater.finish() } catch { errors.append(error) }
        #expect(errors.count == 3)
        #expect(Set(errors.map(\.description)).count == 1)
        #expect(output.isEmpty)
    }
}
