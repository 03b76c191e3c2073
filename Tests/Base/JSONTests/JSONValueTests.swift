import Foundation
import JSON
import TestSupport
import Testing

@Suite("A JSON value")
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    private func written(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.value(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test(
        "is read from text and written in canonical form",
        arguments: [
            ("null", "null"), (" true ", "true"), ("\t\r\nfalse\n", "false"), ("[]", "[]"), ("[ ]", "[]"), ("{}", "{}"),
            ("{ \"b\" : 1 , \"a\" : [ 2 , { } ] }", #"{"a":[2,{}],"b":1}"#),
            (#""""#, #""""#), (#""\/\"\\\b\f\n\r\t""#, #""/\"\\\b\f\n\r\t""#),
            (#""\u0041\u00e9\u20AC\ud83D\uDE00""#, #""Aé€😀""#), (#""\u0000\u001f\u007f""#, "\"\\u0000\\u001f\u{7f}\""),
            ("\"\u{2028}é😀\"", "\"\u{2028}é😀\""),
            // Sorted by code point: Swift's own order, and UTF-16's, put these otherwise.
            (#"{"\ud83d\ude00":1,"\uffee":2,"z":3,"Z":4,"é":5,"":6}"#, #"{"":6,"Z":4,"z":3,"é":5,"￮":2,"😀":1}"#),
            (#"{"a":1,"a":2,"\u0061":3}"#, #"{"a":3}"#),
            ("\u{feff}[1]", "[1]"),
        ])
    func canonicalForm(text: String, canonical: String) throws {
        #expect(written(try parse(text)) == canonical)
    }

    @Test(
        "keeps the exact value of every number",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1", "1"), ("-1", "-1"), ("1.0", "1.0"), ("-0.0", "-0.0"), ("0e9", "0.0"),
            ("0.1", "0.1"), ("1.50", "1.5"), ("1e2", "100.0"), ("1E+2", "100.0"), ("25e-1", "2.5"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "9223372036854775808"), ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616", "18446744073709551616"), ("-9223372036854775809", "-9223372036854775809"),
            ("100000000000000000000", "100000000000000000000"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("0.30000000000000004", "0.30000000000000004"), ("0.300000000000000040", "0.30000000000000004"),
            ("0.30000000000000001", "0.30000000000000001"),
            ("3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"),
            ("9007199254740993.0", "9007199254740993.0"), ("9007199254740992.0", "9007199254740992.0"),
            ("1e300", "1e+300"), ("1e-300", "1e-300"), ("5e-324", "5e-324"), ("4e-324", "4e-324"), ("1e-400", "1e-400"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("1e-99999999999999999999", "1e-99999999999999999999"),
            ("1.5e-9223372036854775808", "1.5e-9223372036854775808"), ("0.0e9223372036854775807", "0.0"),
            ("0.0e-9223372036854775808", "0.0"),
        ])
    func numbers(text: String, expected: String) throws {
        let value = try parse(text)
        #expect(written(value) == expected)
        #expect(try parse(expected) == value)
    }

    @Test("keeps numbers of random digits and exponents, as Decimal confirms")
    func randomNumbers() throws {
        var generator = SeededGenerator(seed: 15)
        func digits(_ counts: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: counts, using: &generator)).map { _ in
                    "0123456789".randomElement(using: &generator) ?? "0"
                })
        }
        let exponents = [
            "", "e0", "E+7", "e-9", "e22", "e-30", "e-400", "e99999", "e-9223372036854775808", "e9223372036854775807",
        ]
        for _ in 0..<5000 {
            let sign = Bool.random(using: &generator) ? "-" : ""
            let whole = Bool.random(using: &generator) ? "0" : "7" + digits(0...18)
            let fraction = Bool.random(using: &generator) ? "." + digits(1...18) : ""
            let exponent = exponents.randomElement(using: &generator) ?? ""
            let text = sign + whole + fraction + exponent
            guard let value = try? parse(text) else {
                #expect(Double(text)?.isInfinite == true)
                continue
            }
            #expect(try parse(written(value)) == value)
            // Decimal holds all but the extreme exponents.
            guard exponent.count < 5 else { continue }
            #expect(Decimal(string: written(value)) == Decimal(string: text), "\(text)")
        }
    }

    @Test("takes a number for an integer only if it is written as one")
    func kindsOfNumbers() throws {
        #expect(try parse("1") == .integer(1))
        #expect(try parse("1.0") == .number(1))
        #expect(try parse("1e0") == .number(1))
        #expect(try parse("9223372036854775808") == .unsigned(1 << 63))
        #expect(JSONNumber("1e-400").map { .exact($0) } == (try parse("1e-400")))
    }

    @Test(
        "does not exist for a number beyond Double's range",
        arguments: [
            "1e400", "-1e400", "1e309", "1.8e308", "1e99999999999999999999", String(repeating: "9", count: 400),
        ])
    func hugeNumbers(text: String) {
        #expect {
            try parse(text)
        } throws: { error in
            (error as? JSONSyntaxError)?.reason == "a number beyond the range of Double"
        }
    }

    @Test("tells keys that only Unicode's normal forms make alike from one key given twice")
    func keys() throws {
        #expect(try parse(#"{"\u00e9":1,"\u00e9":2}"#) == .object(["é": .integer(2)]))
        #expect(throws: JSONSyntaxError.self) { try parse(#"{"\u00e9":1,"e\u0301":2}"#) }
    }

    @Test("has an exact number only where no machine number will do")
    func exactNumbers() {
        #expect(JSONNumber("123456789012345678901234567890")?.approximation == 0x1.8ee90ff6c373ep+96)
        for text in ["1", "0.1", "1e400", "", "x", "0x10", "1e-400,2", "NaN", "+1e-400", "\"1e-400\""] {
            #expect(JSONNumber(text) == nil, "\(text)")
        }
        #expect(JSONNumber(" 1e-400\n")?.description == "1e-400")
    }

    @Test("is the same after writing and reading")
    func roundTrips() throws {
        var random = RandomJSON(seed: 7)
        for _ in 0..<5000 {
            let value = random.value(depth: 5)
            let text = written(value)
            let again = try parse(text)
            #expect(again == value)
            #expect(written(again) == text)
        }
    }

    @Test("is read by Foundation as it was written")
    func foundationReads() throws {
        var random = RandomJSON(seed: 8)
        for _ in 0..<200 {
            let value = random.value(depth: 4)
            let text = written(value)
            // Foundation refuses numbers that round to zero.
            guard !text.contains("1e-400") else { continue }
            let read = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(rounded(read) == rounded(value))
        }
    }

    @Test("goes through Foundation's coders unchanged but for the spelling of numbers")
    func codable() throws {
        let text = #"{"a":[null,true,-1,18446744073709551615,0.1,"é"],"n":123456789012345678901234567890}"#
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(value == (try parse(text)))
        let again = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
        #expect(again == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data("1.0".utf8)) == .integer(1))
        let tiny = JSONValue.array([try parse("1e-400")])
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(tiny) }
    }

    /// The value with every number as the nearest Double: all that JSONDecoder promises to keep.
    private func rounded(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .number(Double(number))
        case .unsigned(let number): .number(Double(number))
        case .exact(let number): .number(number.approximation)
        case .array(let elements): .array(elements.map(rounded))
        case .object(let members): .object(members.mapValues(rounded))
        default: value
        }
    }
}
