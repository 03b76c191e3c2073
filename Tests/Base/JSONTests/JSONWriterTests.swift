import Foundation
import JSON
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("puts commas between members and elements and nowhere else")
    func commas() {
        let text = text { json in
            json.object { json in
                json.key("a")
                json.array { json in
                    json.null()
                    json.bool(true)
                    json.array { _ in }
                    json.object { _ in }
                    json.object { $0.member("b", false) }
                    json.string("c")
                    json.inQuotes { $0 += Array("x-2".utf8) }
                }
                json.member("d", 1)
                json.member("e", 1.5)
                json.key("f")
                json.raw("[1, 2]".utf8)
                json.member("g", JSONValue.array([.null, .integer(2)]))
            }
        }
        #expect(text == #"{"a":[null,true,[],{},{"b":false},"c","x-2"],"d":1,"e":1.5,"f":[1, 2],"g":[null,2]}"#)
    }

    @Test("writes objects and arrays that are opened and closed in different places")
    func openStructure() {
        let text = text { json in
            json.beginArray()
            for index in 0..<3 {
                json.beginObject()
                json.member("i", index)
                json.endObject()
            }
            json.endArray()
        }
        #expect(text == #"[{"i":0},{"i":1},{"i":2}]"#)
    }

    @Test("writes integers of every size")
    func integers() {
        let text = text { json in
            json.array { json in
                for value: Int64 in [0, 9, 10, -10, .max, .min] { json.integer(value) }
                json.integer(UInt64.max)
                json.integer(-7)
            }
        }
        #expect(
            text == "[0,9,10,-10,9223372036854775807,-9223372036854775808,18446744073709551615,-7]")
    }

    @Test("writes the shortest digits of a double, and null for what is not a number")
    func doubles() {
        let text = text { json in
            json.array { json in
                for value in [
                    0, -0.0, 0.1, 100, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .nan, .infinity,
                    -.infinity,
                ] {
                    json.double(value)
                }
            }
        }
        #expect(text == "[0.0,-0.0,0.1,100.0,1e+16,5e-324,1.7976931348623157e+308,null,null,null]")
    }

    @Test("writes the shortest digits of a float, not those of the double that it is")
    func floats() {
        let text = text { json in
            json.array { json in
                for value: Float in [0.1, 1, -1.5e-8, 16_777_216, .nan, .infinity] { json.float(value) }
            }
        }
        #expect(text == "[0.1,1.0,-1.5e-08,16777216.0,null,null]")
    }

    @Test("escapes what has to be escaped, in keys too, and nothing else")
    func strings() throws {
        let all = String(String.UnicodeScalarView((0..<0x3000).compactMap { Unicode.Scalar($0 as UInt32) }))
        let written = text { $0.object { $0.member(all, all) } }
        #expect(try JSONDecoder().decode([String: String].self, from: Data(written.utf8)) == [all: all])
        #expect(written.utf8.filter { $0 == UInt8(ascii: "\\") }.count == 2 * 34 + 2)
        #expect(text { $0.string("\"\\\u{8}\t\n\u{c}\r\0\u{1f}/\u{7f}é") } == #""\"\\\b\t\n\f\r\u0000\u001f/\#u{7f}é""#)
    }

    @Test("lets an error of the caller through")
    func errors() {
        struct Stop: Error {}
        var json = JSONWriter()
        #expect(throws: Stop.self) {
            try json.object { _ throws(Stop) in throw Stop() }
        }
    }
}
