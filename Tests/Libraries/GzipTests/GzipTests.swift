import Gzip
import TestSupport
import Testing

@Suite("Gzip")
struct GzipTests {
    private static let text = Array(#"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#.utf8)

    /// "hello" as zlib wraps it, made by Python's zlib module.
    private static let zlibHello: [UInt8] = [
        0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x06, 0x2c, 0x02, 0x15,
    ]

    @Test("gives back what was compressed at every level", arguments: 0...9)
    func roundTrip(level: Int) throws {
        var random = SeededGenerator(seed: UInt64(level))
        for _ in 0..<40 {
            let contents = random.bytes(upTo: 20_000)
            let compressed = Gzip.compress(contents, level: level)
            #expect(try Gzip.decompress(compressed, maxOutput: 20_000) == contents)
        }
    }

    @Test("moves a level outside of 0 to 9 inside")
    func levels() {
        #expect(Gzip.compress(Self.text, level: -3) == Gzip.compress(Self.text, level: 0))
        #expect(Gzip.compress(Self.text, level: 99) == Gzip.compress(Self.text, level: 9))
    }

    @Test("keeps empty contents apart from no input")
    func empty() throws {
        #expect(try Gzip.decompress(Gzip.compress([]), maxOutput: 0) == [])
        #expect(throws: GzipError.truncated) { try Gzip.decompress([], maxOutput: 0) }
    }

    @Test("knows zlib data by their first byte")
    func zlib() throws {
        #expect(try Gzip.decompress(Self.zlibHello, maxOutput: 5) == Array("hello".utf8))
    }

    @Test("calls data cut off at any byte truncated")
    func truncation() {
        for compressed in [Gzip.compress(Self.text), Self.zlibHello] {
            for count in 0..<compressed.count {
                #expect(throws: GzipError.truncated) {
                    try Gzip.decompress(Array(compressed.prefix(count)), maxOutput: 1000)
                }
            }
        }
    }

    @Test("reports damage to any single byte or answers with the same contents")
    func damage() {
        let compressed = Gzip.compress(Self.text)
        for index in compressed.indices {
            for flip in [1, 0x80, 0xff] as [UInt8] {
                var damaged = compressed
                damaged[index] ^= flip
                // Time and system in the header and the bits behind the last deflate block mean nothing to the contents.
                if let contents = try? Gzip.decompress(damaged, maxOutput: 1000) {
                    #expect(contents == Self.text)
                    #expect(index < 10 || index == compressed.count - 9)
                }
            }
        }
    }

    @Test("survives noise", arguments: 0..<20 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = [0x1f, 0x8b, 8, 0] + random.bytes(upTo: 200)
            #expect(throws: GzipError.self) { try Gzip.decompress(bytes, maxOutput: 10_000) }
        }
    }

    @Test("joins the contents of several members, empty ones too")
    func members() throws {
        let compressed = Gzip.compress([1, 2]) + Gzip.compress([]) + Gzip.compress([3])
        #expect(try Gzip.decompress(compressed, maxOutput: 3) == [1, 2, 3])
        #expect(throws: GzipError.truncated) { try Gzip.decompress(compressed.dropLast(), maxOutput: 3) }
        #expect(throws: GzipError.truncated) { try Gzip.decompress(compressed + [0x1f], maxOutput: 3) }
    }

    @Test("takes zero bytes behind the end for padding and anything else for damage")
    func trailingBytes() throws {
        let compressed = Gzip.compress(Self.text)
        #expect(try Gzip.decompress(compressed + [0, 0, 0], maxOutput: 1000) == Self.text)
        for garbage in [[1], [0, 1], [0, 0x1f], [0x78, 0x9c]] as [[UInt8]] {
            #expect(throws: GzipError.corrupt(reason: "there are other bytes behind their end")) {
                try Gzip.decompress(compressed + garbage, maxOutput: 1000)
            }
        }
        #expect(throws: GzipError.self) { try Gzip.decompress(Self.zlibHello + [0], maxOutput: 1000) }
    }

    @Test("gives as much as allowed and not a byte more")
    func maximumOutput() throws {
        let contents = [UInt8](repeating: 7, count: 200_000)
        let compressed = Gzip.compress(contents)
        #expect(try Gzip.decompress(compressed, maxOutput: 200_000) == contents)
        for limit in [199_999, 65_536, 1, 0] {
            #expect(throws: GzipError.tooLarge(limit: limit)) { try Gzip.decompress(compressed, maxOutput: limit) }
        }
        #expect(try Gzip.decompress(compressed, maxOutput: .max) == contents)
    }

    @Test("stops a bomb by its ratio long before it is inflated")
    func ratio() throws {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 64 << 20))
        var inflater = Inflater(limits: InflateLimits(maximumOutput: .max, maximumRatio: 100))
        var output: [UInt8] = []
        var caught: GzipError?
        do throws(GzipError) { try inflater.inflate(bomb.span, into: &output) } catch { caught = error }
        guard case .tooLarge = caught else {
            Issue.record("the bomb went off: \(String(describing: caught))")
            return
        }
        #expect(output.count <= (1 << 20) + (1 << 16))

        let small = [UInt8](repeating: 0, count: 1 << 20)
        #expect(try Gzip.decompress(Gzip.compress(small), maxOutput: .max, maxRatio: 2) == small)
    }
}
