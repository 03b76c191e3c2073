import BoltWire
import TestSupport
import Testing

@Suite("Reading values")
struct PackStreamReaderTests {
    @Test("a value that ends early is an error at every place", arguments: 0..<60)
    func cutOff(seed: UInt64) throws {
        var values = RandomValues(seed: seed)
        let bytes = try packed(values.value(depth: 3))
        for count in bytes.indices {
            #expect(code { _ = try value(Array(bytes[..<count])) } == .malformed)
        }
    }

    @Test("what is written reads the same", arguments: 0..<500)
    func roundTrip(seed: UInt64) throws {
        var values = RandomValues(seed: seed)
        let original = values.value(depth: 4)
        #expect(try value(try packed(original)) == original)
    }

    @Test("whatever is damaged, a value or an error comes", arguments: 0..<50)
    func damaged(seed: UInt64) throws {
        var values = RandomValues(seed: seed)
        var failures = 0
        for _ in 0..<40 {
            var bytes = try packed(values.value(depth: 3))
            for _ in 0..<3 {
                let place = Int.random(in: bytes.indices, using: &values.generator)
                bytes[place] = UInt8.random(in: 0...255, using: &values.generator)
            }
            let code = code { _ = try value(bytes) }
            #expect(code == nil || code == .malformed || code == .tooLarge)
            if code != nil { failures += 1 }
        }
        #expect(failures > 0)
    }

    @Test(
        "a size beyond the bytes that are left is refused before room is made",
        arguments: ["D2FFFFFFFF", "CEFFFFFFFF", "D6FFFFFFFF", "DAFFFFFFFF", "D67FFFFFFF00", "BF01", "9F", "AF"])
    func sizes(digits: String) {
        #expect(code { _ = try value(digits) } == .malformed)
    }

    @Test("nesting is bounded, and the deepest has room on the stack of a task")
    func nesting() async throws {
        try await Task {
            let deepest = DecodingLimits.deepestNesting
            for (opening, end) in [("91", "00"), ("A18161", "00"), ("B101", "00")] {
                let bytes = (0..<deepest).flatMap { _ in hex(opening) } + hex(end)
                _ = try value(bytes)
                let limits = DecodingLimits(nesting: .max)
                #expect(code { _ = try value(hex(opening) + bytes, latest, limits) } == .tooLarge)
            }
            let path = "B350 91 B34E 00 90 A1 8161"
            let deep = hex(path) + (0..<deepest).flatMap { _ in hex("91") }
            #expect(code { _ = try value(deep) } == .tooLarge)
        }.value
    }

    @Test("the values of a message are counted together, keys as well")
    func values() throws {
        let limits = DecodingLimits(values: 6)
        _ = try value(hex("93 01 A1 8161 02 03"), latest, limits)
        let more = hex("93 01 A1 8161 92 02 02 03")
        #expect(code { _ = try value(more, latest, limits) } == .tooLarge)
    }

    @Test("text that is not UTF-8 is refused", arguments: ["81FF", "82C328", "81C3", "83EDA080", "A181FF01"])
    func text(digits: String) {
        #expect(code { _ = try value(digits) } == .malformed)
    }

    @Test("a key that is not a text is refused")
    func key() {
        #expect(code { _ = try value("A1 01 01") } == .malformed)
    }

    @Test("a key that stands twice is kept, and the last value is found")
    func twice() throws {
        let map = try #require(try value("A2 8161 01 8161 02").map)
        #expect(map.entries.count == 2)
        #expect(map["a"] == 2)
    }

    @Test("several values are read one after the other")
    func several() throws {
        let bytes = hex("01 8161 90")
        var reader = PackStreamReader(from: 0, to: bytes.count)
        var values: [BoltValue] = []
        while !reader.isAtEnd { values.append(try reader.value(bytes.span)) }
        #expect(values == [1, "a", []])
        #expect(code { _ = try reader.value(bytes.span) } == .malformed)
    }
}
