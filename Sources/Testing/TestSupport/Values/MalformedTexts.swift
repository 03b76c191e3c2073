/// Texts that are not JSON, each in its own way.
package enum MalformedTexts {
    /// All texts, some of which are not UTF-8.
    package static let all: [[UInt8]] = written.map { Array($0.utf8) } + bytes + deep

    private static let written = [
        "", " ", "\n\n", "{", "}", "[", "]", "{]", "[}", "{}}", "[]]", "{} {}", "1 2", ",", ":", "{,}", "[,]", "[1,]",
        "[,1]",
        "[1,,2]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1 "b":2}"#, #"{"a"::1}"#, #"{:1}"#,
        "{a:1}", "{'a':1}", "{1:1}", "{null:1}", #"{"a":1"#, #"{"a":"#, #"{"a"#, #"{""#, "[1", "[1,", #"[""#,
        "nul", "nulll", "NULL", "None", "True", "tru", "false1", "undefined", "NaN", "-NaN", "Infinity", "-Infinity",
        "nan",
        "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e", "1e+", "1e-", "1E1.5", "1.2.3", "0x10", "1_000",
        "1a",
        "--1", "1-", "१",
        #"""#, #""a"#, #""\"#, #""\""#, #""\x41""#, #""\u""#, #""\u12""#, #""\u12g4""#, #""\u 123""#, #""\u+123""#,
        #""\'""#,
        #""\ud800""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ud800\ud800""#, #""\udc00""#, #""\udc00\ud800""#,
        #""\ud800\u""#, #"{"\ud800":1}"#, "'a'", "\"a\nb\"", "\"a\tb\"", "\"\0\"", "\"\u{1f}\"",
        "// comment\n1", "/* */ 1", "[1] // end", "1;", "\u{feff}", "\u{feff}\u{feff}1", "1\u{feff}", "[\u{feff}1]",
        "\u{a0}1", "\u{2028}1", "\u{b}1", "\u{c}1", "\0", "1\0", "{}\0", "<xml/>", "user_id=1&product_id=2",
    ]

    private static let bytes: [[UInt8]] = [
        [0xff], [0x80], [0xc3], [0xfe, 0xff, 0, 0x31], [0xff, 0xfe, 0x31, 0], [0x31, 0], [0, 0x31], [0xef, 0xbb],
        [0xef, 0xbb, 0xbf], [0, 0, 0, 0x31], [0x31, 0, 0, 0],
        // In a string: an invalid first byte, a stray continuation byte, a cut sequence, overlong sequences, a
        // surrogate, and a code point beyond the last.
        quoted(0xff), quoted(0x80), quoted(0xc3), quoted(0xc0, 0x80), quoted(0xc1, 0xbf), quoted(0xe0, 0x80, 0x80),
        quoted(0xed, 0xa0, 0x80), quoted(0xf4, 0x90, 0x80, 0x80), quoted(0xf0, 0x9f, 0x98), quoted(0xc3, 0x28),
        [0x22, 0xc3, 0x22], [0x22, 0xe2, 0x82],
    ]

    /// A hundred thousand levels, closed and unclosed.
    private static let deep: [[UInt8]] = ["[", "{\"a\":", "[{\"a\":"].flatMap { opening in
        let levels = [UInt8](String(repeating: opening, count: 100_000).utf8)
        return [levels, levels + [UInt8](repeating: opening == "[" ? 0x5d : 0x7d, count: 100_000)]
    }

    private static func quoted(_ bytes: UInt8...) -> [UInt8] {
        [0x22] + bytes + [0x22]
    }
}
