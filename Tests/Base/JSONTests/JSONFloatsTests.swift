import JSON
import TestSupport
import Testing

@Suite struct JSONFloatsTests {
    static func written(_ values: [Float]) -> String {
        var json = JSONWriter()
        json.floats(values.span)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    static func read(_ text: String) throws -> [Float] {
        var reader = JSONReader(Array(text.utf8))
        let values = try reader.floats()
        try reader.finish()
        return values
    }

    @Test("Numbers are written without zeros at their ends, and whole ones without a fraction")
    func form() {
        #expect(Self.written([0.5, 1, -2, 0, 123456.78, 16_777_216]) == "[0.5,1,-2,0,123456.781,16777216.0]")
        #expect(Self.written([-0.0]) == "[-0.0]")
        #expect(Self.written([]) == "[]")
        #expect(Self.written([.infinity, -.infinity, .nan]) == "[null,null,null]")
    }

    @Test("An array of numbers is a value like others: commas stand around it")
    func asMember() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", 1)
            json.key("b")
            json.floats([0.25, 1].span)
            json.member("c", 2)
        }
        #expect(json.bytes == Array(#"{"a":1,"b":[0.25,1],"c":2}"#.utf8))
    }

    @Test("Every number reads back as the same Float, here and by readers that go by way of a Double")
    func roundTrips() throws {
        var generator = SeededGenerator(seed: 7)
        var values: [Float] = [.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0.99999994]
        for exponent in UInt32(0)..<255 {
            // The ends of each power of two, where neighbours are nearest.
            for significand: UInt32 in [0, 1, 2, 0x40_0000, 0x7f_fffe, 0x7f_ffff] {
                values.append(Float(bitPattern: exponent << 23 | significand))
            }
        }
        for _ in 0..<20_000 {
            let value = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator))
            if value.isFinite { values.append(value) }
            values.append(Float.random(in: -1...1, using: &generator))
        }
        let text = Self.written(values)
        let again = try Self.read(text)
        #expect(again.map(\.bitPattern) == values.map(\.bitPattern))
        for (value, digits) in zip(values, text.dropFirst().dropLast().split(separator: ",")) {
            let double = try #require(Double(digits))
            #expect(Float(digits) == value && Float(double) == value, "\(value) was written as \(digits)")
        }
    }

    @Test(
        "Numbers in any form of the grammar become the nearest Float",
        arguments: [
            ("[1,2 , 3\n]", [1, 2, 3]), ("[1e3,-1E-2,0.1e+1]", [1_000, -0.01, 1]),
            ("[1e39,-1e39]", [.infinity, -.infinity]),
            ("[0.10000000149011612,123456789012345678901234567890]", [0.1, 1.234567890123456789e29]),
            // In the middle between two Floats but for its last digit; the nearest Double is the middle itself.
            ("[1.00000017881393432617187499,0]", [1.0000001, 0]),
            ("[1.00000017881393432617187501,0]", [1.0000002, 0]),
            ("[0.000000000000000000000000000000000000000000001,0]", [.leastNonzeroMagnitude, 0]),
        ] as [(String, [Float])])
    func nearest(_ text: String, _ values: [Float]) throws {
        #expect(try Self.read(text) == values)
    }

    @Test("null reads as NaN, which writers put for an infinite number")
    func null() throws {
        let values = try Self.read("[1,null,2]")
        #expect(values.count == 3 && values[1].isNaN)
    }

    @Test(
        "What is no array of numbers is refused",
        arguments: [
            "", "1", "{}", "[", "[1", "[1,", "[1,]", "[,1]", "[01,2]", "[1.,2]", "[.5,2]", "[-,2]", "[--1,2]", "[+1,2]",
            "[1 2]", "[\"1\"]", "[[1]]", "[true]", "[1,NaN]", "[1;2]", "[-01,2]", "[00,2]", "[1.2.3,4]",
        ])
    func refusals(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try Self.read(text) }
    }
}
