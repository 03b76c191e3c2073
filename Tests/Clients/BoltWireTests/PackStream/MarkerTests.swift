import BoltWire
import TestSupport
import Testing

@Suite("The first byte of a value")
struct MarkerTests {
    /// What a first byte means with zeros behind it; nil where it means nothing.
    private func meaning(_ marker: UInt8) -> BoltValue? {
        let size = Int(marker & 15)
        return switch marker {
        case 0x00...0x7F: .integer(Int(marker))
        case 0x80...0x8F: .string(String(repeating: "\0", count: size))
        case 0x90...0x9F: .list([BoltValue](repeating: 0, count: size))
        case 0xC0: .null
        case 0xC1: .float(0)
        case 0xC2: .boolean(false)
        case 0xC3: .boolean(true)
        case 0xC8...0xCB: .integer(0)
        case 0xCC...0xCE: .bytes([])
        case 0xD0...0xD2: .string("")
        case 0xD4...0xD6: .list([])
        case 0xD8...0xDA: .map([:])
        case 0xE0: .uuid(BoltUUID(high: 0, low: 0))
        // The sign counts: F0 is -16 and not 240.
        case 0xF0...0xFF: .integer(Int(marker) - 256)
        default: nil
        }
    }

    @Test("each of the 256 first bytes has its meaning or is refused", arguments: 0...UInt8.max)
    func all(marker: UInt8) {
        // Maps and structures have keys and tags, of which zeros are none.
        guard !(0xA0...0xBF ~= marker) else { return }
        let bytes = [marker] + [UInt8](repeating: 0, count: 16)
        var reader = PackStreamReader(from: 0, to: bytes.count, dialect: latest)
        guard let meaning = meaning(marker) else {
            #expect(code { _ = try reader.value(bytes.span) } == .malformed)
            return
        }
        #expect(throws: Never.self) {
            let value = try reader.value(bytes.span)
            #expect(value == meaning)
        }
    }

    @Test("small maps and structures have their size in the first byte", arguments: 0...UInt8(15))
    func small(count: UInt8) throws {
        let entries = [UInt8](repeating: 0, count: Int(count)).flatMap { _ in hex("81 61 01") }
        #expect(try value([0xA0 | count] + entries).map?.entries.count == Int(count))
        let fields = [UInt8](repeating: 7, count: Int(count))
        #expect(
            try value([0xB0 | count, 0x01] + fields)
                == .structure(BoltStructure(1, [BoltValue](repeating: 7, count: Int(count)))))
    }

    @Test(
        "an integer is sent in its shortest form, at each limit and beside it",
        arguments: [
            (0, "00"), (127, "7F"), (128, "C9 0080"), (-1, "FF"), (-16, "F0"), (-17, "C8 EF"), (-128, "C8 80"),
            (-129, "C9 FF7F"), (32_767, "C9 7FFF"), (32_768, "CA 00008000"), (-32_768, "C9 8000"),
            (-32_769, "CA FFFF7FFF"), (2_147_483_647, "CA 7FFFFFFF"), (2_147_483_648, "CB 0000000080000000"),
            (-2_147_483_648, "CA 80000000"), (-2_147_483_649, "CB FFFFFFFF7FFFFFFF"),
            (Int.max, "CB 7FFFFFFFFFFFFFFF"), (Int.min, "CB 8000000000000000"),
        ])
    func integers(number: Int, digits: String) throws {
        #expect(try packed(.integer(number)) == hex(digits))
        #expect(try value(digits) == .integer(number))
    }

    @Test("an integer is read in longer forms as well")
    func longForms() throws {
        for digits in ["C8 FF", "C9 FFFF", "CA FFFFFFFF", "CB FFFFFFFFFFFFFFFF"] { #expect(try value(digits) == -1) }
    }

    @Test("a whole float stays a float, and a large integer an integer")
    func kinds() throws {
        #expect(try packed(2.0) == hex("C1 4000000000000000"))
        #expect(try value(try packed(.float(5))) == .float(5))
        #expect(try value(try packed(.integer(9_007_199_254_740_993))) == .integer(9_007_199_254_740_993))
        #expect(BoltValue.float(5) != .integer(5))
        #expect(try value("C1 FFF8000000000000").float?.isNaN == true)
    }

    @Test("sizes count bytes and not characters, in their shortest form")
    func sizes() throws {
        #expect(try packed("Grüße") == hex("87 4772C3BCC39F65"))
        for (count, header) in [
            (15, "8F"), (16, "D0 10"), (255, "D0 FF"), (256, "D1 0100"), (65_535, "D1 FFFF"), (65_536, "D2 00010000"),
        ] {
            let text = String(repeating: "x", count: count)
            #expect(try packedInParts(.string(text)) == hex(header) + text.utf8)
        }
        for (count, header) in [(0, "CC 00"), (255, "CC FF"), (256, "CD 0100"), (65_536, "CE 00010000")] {
            let bytes = [UInt8](repeating: 9, count: count)
            #expect(try packedInParts(.bytes(bytes)) == hex(header) + bytes)
        }
        for (count, header) in [(15, "9F"), (16, "D4 10"), (256, "D5 0100"), (65_536, "D6 00010000")] {
            let list = [BoltValue](repeating: 1, count: count)
            #expect(try packedInParts(.list(list)) == hex(header) + [UInt8](repeating: 1, count: count))
        }
        for (count, header) in [(15, "AF"), (16, "D8 10"), (256, "D9 0100")] {
            let map = BoltMap((0..<count).map { BoltMap.Entry(String($0 + 100), 1) })
            let entries = (0..<count).flatMap { hex("83") + Array(String($0 + 100).utf8) + hex("01") }
            #expect(try packedInParts(.map(map)) == hex(header) + entries)
        }
    }

    /// The bytes of a value that may be longer than a chunk.
    private func packedInParts(_ value: BoltValue) throws -> [UInt8] {
        var writer = PackStreamWriter()
        writer.value(value)
        #expect(writer.failure == nil)
        return writer.bytes
    }
}
