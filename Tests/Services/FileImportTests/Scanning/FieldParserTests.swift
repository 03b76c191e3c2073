import TestSupport
import Testing

@testable import FileImport

@Suite("Field parser")
struct FieldParserTests {
    @Test(
        "an identifier is a whole number from 1 to 2^63-1",
        arguments: [
            ("1", Int64(1)), ("0042", 42), ("9223372036854775807", .max), ("9223372036854775808", nil), ("0", nil),
            ("-1", nil), ("", nil), ("1.0", 1), ("101.0", 101), ("1e3", 1_000), ("1.5", nil), ("+1", nil), ("١", nil),
            ("99999999999999999999", nil),
        ])
    func integers(text: String, expected: Int64?) {
        #expect(FieldParser.positiveInteger(Array(text.utf8)[...]) == expected)
    }

    @Test(
        "a price is the double that the standard library reads, or nil",
        arguments: [
            "0.00", "35.79", "1", "0", "1e3", "2.5E-3", "123456789012345", "1234567890.12345", "0.1234567890123456789",
            "999999999999999999999999", "+5", "1.7976931348623157e308",
        ])
    func prices(text: String) throws {
        let expected = try #require(Double(text))
        #expect(FieldParser.price(Array(text.utf8)[...]) == expected)
    }

    @Test(
        "a text that is not a price is nil",
        arguments: ["", "-1", "nan", "inf", "1e999", "1,5", "12 EUR", ".", "1.2.3", "0x10", "--1"])
    func noPrices(text: String) {
        #expect(FieldParser.price(Array(text.utf8)[...]) == nil)
    }

    @Test("short prices are rounded like those of the standard library")
    func priceRounding() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let cents = Int.random(in: 0...99_999_999, using: &generator)
            let text = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
            #expect(FieldParser.price(Array(text.utf8)[...]) == Double(text))
        }
    }
}
