import JSON
import TestSupport
import Testing

@Suite("JSON text")
struct JSONGrammarTests {
    @Test("that breaks the grammar is refused", arguments: MalformedTexts.all)
    func malformed(text: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test("has a place for what is wrong with it")
    func offsets() {
        expectError("[1,]", "unexpected ',' before ']' at byte 3")
        expectError("{\"a\":1,}", "unexpected ',' before '}' at byte 7")
        expectError("{\"a\" 1}", "expected ':' behind the key at byte 5")
        expectError("[1 2]", "expected ',' or ']' at byte 3")
        expectError("{1:2}", "expected a key in quotes at byte 1")
        expectError("nul", "expected 'null' at byte 3")
        expectError("[01]", "a number begins with a zero too many at byte 2")
        expectError("1.", "expected a digit at byte 2")
        expectError("\"\\x\"", "an escape sequence that stands for no character at byte 1")
        expectError("\"a\nb\"", "a control character in a string at byte 2")
        expectError("{} {}", "unexpected text after the value at byte 3")
        expectError("", "unexpected end of the text at byte 0")
        expectError("\u{feff}x", "expected a value at byte 3")
    }

    @Test("may have 32 levels of arrays and objects")
    func depth() throws {
        for (opening, closing) in [("[", "]"), ("{\"a\":[", "]}")] {
            let levels = opening == "[" ? 32 : 16
            let deepest = String(repeating: opening, count: levels) + String(repeating: closing, count: levels)
            #expect(throws: Never.self) { try JSONValue(parsing: Array(deepest.utf8)) }
            expectError("[" + deepest + "]", "more than 32 levels of arrays and objects at byte")
        }
        // Breadth is not depth.
        let wide = "[" + String(repeating: "[[]],", count: 1000) + "[]]"
        #expect(throws: Never.self) { try JSONValue(parsing: Array(wide.utf8)) }
    }

    @Test("may have numbers of 1024 characters")
    func longNumbers() throws {
        let longest = "0." + String(repeating: "3", count: 1022)
        #expect(throws: Never.self) { try JSONValue(parsing: Array(longest.utf8)) }
        expectError(longest + "3", "a number of more than 1024 characters")
    }

    @Test("that breaks the grammar is never stepped over by its structure, unless a limit alone refuses it")
    func skipping() {
        for text in MalformedTexts.all {
            var reader = JSONReader(text)
            let skips = (try? reader.skipByStructure()) != nil && (try? reader.finish()) != nil
            let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
            // A byte order mark is the caller's matter.
            guard !text.starts(with: [0xef, 0xbb, 0xbf]) else { continue }
            #expect(error?.isLimit == true || !skips, "\(String(decoding: text.prefix(40), as: UTF8.self))")
        }
    }

    @Test("is stepped over by its structure as far as by its values")
    func skippingValidTexts() throws {
        let texts = [
            "null", " true ", "-1.5e3", "\"a\\\"]}\"", "[]", "[ ]", "{}", "{ }", "[1,[2,{}],[]]",
            "{\"a\":{\"b\":[{}]},\"c\":1}",
            "[{\"a\":\"}\"},\"[\"]",
        ]
        for text in texts {
            var byStructure = JSONReader(Array((text + ",1").utf8))
            var byValue = byStructure
            try byStructure.skipByStructure()
            _ = try byValue.value()
            #expect(byStructure.peek() == UInt8(ascii: ","))
            #expect(byValue.peek() == UInt8(ascii: ","))
            #expect(byStructure.index == byValue.index, "\(text)")
        }
    }

    private func expectError(_ text: String, _ beginning: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try JSONValue(parsing: Array(text.utf8))
        } throws: { error in
            "\(error)".hasPrefix(beginning)
        }
    }
}
