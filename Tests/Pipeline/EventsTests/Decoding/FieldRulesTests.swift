import Events
import Testing

@Suite("The rules of fields")
struct FieldRulesTests {
    @Test(
        "take for blank what databases and data frames write for no value",
        arguments: ["", #"\N"#, "NULL", "null", "Null", "nan", "NaN", "None", "NaT", "<NA>"])
    func blanks(text: String) {
        #expect(FieldRules.isBlank(Array(text.utf8)[...]))
    }

    @Test("take nothing else for blank", arguments: ["0", "N", "NUL", "none", "nano", "NULLS", " ", "\\n", "NA", "no"])
    func words(text: String) {
        #expect(!FieldRules.isBlank(Array(text.utf8)[...]))
    }

    @Test(
        "read whole numbers however they are written",
        arguments: [
            ("101.0", Int64(101)), ("2.0", 2), ("1e3", 1_000), ("-5", -5),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("1.5", nil), ("9223372036854775808", nil), ("", nil), ("x", nil), ("1 ", nil), (" 1", nil), ("1,0", nil),
            ("\"1\"", nil), ("+1", nil),
        ])
    func wholeNumbers(text: String, expected: Int64?) {
        #expect(FieldRules.wholeNumber(Array(text.utf8)[...]) == expected)
    }
}
