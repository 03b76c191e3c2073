import TestSupport
import Testing

@testable import FileImport

@Suite("Record scanner")
struct RecordScannerTests {
    /// The results of a text: records as fields and rejected lines by reason, each with its line number.
    enum Item: Equatable {
        case record(Int, [String])
        case rejected(Int, RejectionReason, String)
    }

    static func scan(
        _ text: some Sequence<UInt8>, style: RecordScanner.Style = .commaSeparated, limit: Int = 1 << 20,
        chunk: Int = .max
    ) -> [Item] {
        var rest = Array(text)[...]
        var scanner = RecordScanner(style: style, maximumRecordBytes: limit)
        var items: [Item] = []
        while true {
            switch scanner.next() {
            case .record:
                let fields = scanner.fields.indices.map { String(decoding: scanner.field($0), as: UTF8.self) }
                let record = String(decoding: scanner.record, as: UTF8.self)
                items.append(.record(scanner.line, style == .lines ? [record] : fields))
            case .rejected(let reason):
                items.append(.rejected(scanner.line, reason, scanner.record.excerpt(maximumBytes: 20)))
            case .needsBytes:
                if rest.isEmpty { scanner.finish() } else { scanner.append(Array(rest.prefix(chunk))) }
                rest = rest.dropFirst(chunk)
            case .end:
                return items
            }
        }
    }

    static func scan(_ text: String, limit: Int = 1 << 20, chunk: Int = .max) -> [Item] {
        scan(text.utf8, limit: limit, chunk: chunk)
    }

    @Test(
        "records are cut according to RFC 4180",
        arguments: [
            ("a,b\nc,d\n", [Item.record(1, ["a", "b"]), .record(2, ["c", "d"])]),
            ("a,b\r\nc,d\r\n", [.record(1, ["a", "b"]), .record(2, ["c", "d"])]),
            ("a,b\nc,d", [.record(1, ["a", "b"]), .record(2, ["c", "d"])]),
            ("a,b\r\nc,d\r", [.record(1, ["a", "b"]), .record(2, ["c", "d"])]),
            ("a,,\n,\n", [.record(1, ["a", "", ""]), .record(2, ["", ""])]),
            ("\"a,b\",c\n", [.record(1, ["a,b", "c"])]),
            ("\"a \"\"b\"\" c\",\"\"\"\"\n", [.record(1, ["a \"b\" c", "\""])]),
            ("\"a\r\nb\",c\nd\n", [.record(1, ["a\r\nb", "c"]), .record(3, ["d"])]),
            ("\"a\",\"b\"\r\n\"\",c", [.record(1, ["a", "b"]), .record(2, ["", "c"])]),
            ("a\"b,c\"\n", [.record(1, ["a\"b", "c\""])]),
            (" a ,\tb\n", [.record(1, ["a", "b"])]),
            ("\n\r\na\n \t\nb\n\n", [.record(3, ["a"]), .record(5, ["b"])]),
            ("\u{FEFF}a,b\n\u{FEFF}c\n", [.record(1, ["a", "b"]), .record(2, ["\u{FEFF}c"])]),
            ("\u{FEFF}\"a\"\n", [.record(1, ["a"])]),
            ("", []),
            ("\n", []),
            ("a", [.record(1, ["a"])]),
        ])
    func records(text: String, expected: [Item]) {
        #expect(Self.scan(text) == expected)
    }

    @Test(
        "broken quotes reject their line and no other",
        arguments: [
            ("\"a\"b,c\nd\n", [Item.rejected(1, .malformedQuotes, "\"a\"b,c"), .record(2, ["d"])]),
            ("\"a,b\nc,d\ne\n", [.rejected(1, .malformedQuotes, "\"a,b"), .record(2, ["c", "d"]), .record(3, ["e"])]),
            ("a,\"b", [.rejected(1, .malformedQuotes, "a,\"b")]),
            (
                "a,\"b\nc\"d\ne\n",
                [.rejected(1, .malformedQuotes, "a,\"b"), .record(2, ["c\"d"]), .record(3, ["e"])]
            ),
            ("\"a\"\rb\nc\n", [.rejected(1, .malformedQuotes, "\"a\"�b"), .record(2, ["c"])]),
        ])
    func brokenQuotes(text: String, expected: [Item]) {
        #expect(Self.scan(text) == expected)
    }

    @Test(
        "JSON objects that stand on one line are records of their own",
        arguments: [
            (#"{"a":1}{"b":2}"#, [Item.record(1, [#"{"a":1}"#]), .record(1, [#"{"b":2}"#])]),
            (
                "{\"a\":1} \t{\"b\":2}\n{\"c\":3}{}\n",
                [
                    .record(1, ["{\"a\":1} \t"]), .record(1, ["{\"b\":2}"]), .record(2, ["{\"c\":3}"]),
                    .record(2, ["{}"]),
                ]
            ),
            (#"{"a":"}{"}"#, [.record(1, [#"{"a":"}{"}"#])]),
            (
                #"{"a":"\"}{"}{"b":"\\"}{}"#,
                [
                    .record(1, [#"{"a":"\"}{"}"#]), .record(1, [#"{"b":"\\"}"#]), .record(1, ["{}"]),
                ]
            ),
            (#"{"a":{"b":[{}]}}{"c":1}"#, [.record(1, [#"{"a":{"b":[{}]}}"#]), .record(1, [#"{"c":1}"#])]),
            (#"{"a":[{}{}]}"#, [.record(1, [#"{"a":[{}{}]}"#])]),
            (#"}{"a":1}"#, [.record(1, [#"}{"a":1}"#])]),
            (#"{"a":1},{"b":2}"#, [.record(1, [#"{"a":1},{"b":2}"#])]),
            ("{\"a\":\n{\"b\":2}", [.record(1, ["{\"a\":"]), .record(2, ["{\"b\":2}"])]),
        ])
    func joinedObjects(text: String, expected: [Item]) {
        for chunk in [Int.max, 1, 2, 3, 7] {
            #expect(Self.scan(text.utf8, style: .lines, chunk: chunk) == expected, "\(chunk)")
        }
    }

    @Test("a line of a million objects is read in linear time and in records of their own")
    func longLineOfObjects() {
        let text = String(repeating: #"{"a":"}{}{}{}{"}"#, count: 60_000)
        #expect(Self.scan(text.utf8, style: .lines, limit: 1_000, chunk: 1 << 16).count == 60_000)
        // One object whose string looks like the end of one again and again.
        let odd = #"{"a":""# + String(repeating: "}{", count: 400_000) + #""}"#
        #expect(Self.scan(odd.utf8, style: .lines).count == 1)
    }

    @Test("fields may be separated by any character")
    func separators() {
        func fields(_ text: String, _ separator: Character) -> [Item] {
            Self.scan(text.utf8, style: .separated(by: separator.asciiValue ?? 0))
        }
        #expect(fields("a;\"b;c\";1,5\n", ";") == [.record(1, ["a", "b;c", "1,5"])])
        #expect(fields("a\tb c\t\n", "\t") == [.record(1, ["a", "b c", ""])])
        #expect(fields("a|b", "|") == [.record(1, ["a", "b"])])
    }

    @Test("a record that is too long is dropped, and the next record is found")
    func longRecords() {
        let long = String(repeating: "x", count: 50)
        #expect(
            Self.scan("a\n\(long)\nb\n", limit: 20)
                == [.record(1, ["a"]), .rejected(2, .recordTooLong, "xxxxxxxxxxxxxxxxxxxx…"), .record(3, ["b"])])
        #expect(Self.scan("a\n\(long)", limit: 20).count == 2)
        let exact = String(repeating: "y", count: 20)
        #expect(Self.scan("\(exact)\r\n\(exact)\n\(exact)", limit: 20).count == 3)
        #expect(Self.scan("\(exact)\r\n", limit: 20) == [.record(1, [exact])])
        #expect(Self.scan("\(exact)z\n", limit: 20).first == .rejected(1, .recordTooLong, "\(exact)…"))
        #expect(Self.scan("\(exact)z", limit: 20).first == .rejected(1, .recordTooLong, "\(exact)…"))
    }

    @Test("an unclosed quote is rejected at the longest allowed record")
    func unclosedQuote() {
        let lines = (1...10).map { "line\($0),x\n" }.joined()
        let items = Self.scan("\"open\n\(lines)\"end\"\n", limit: 30)
        #expect(items.first == .rejected(1, .malformedQuotes, "\"open"))
        #expect(items.dropFirst().first == .record(2, ["line1", "x"]))
        #expect(items.last == .record(12, ["end"]))
        #expect(items.count == 12)
    }

    @Test("the records do not depend on where the chunks end")
    func chunks() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("ab,,\"\"\n\r\n é".utf8)
        for _ in 0..<400 {
            var text = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            if Bool.random(using: &generator) { text = [0xEF, 0xBB, 0xBF] + text }
            let limit = Int.random(in: 1...40, using: &generator)
            for style in [RecordScanner.Style.commaSeparated, .lines] {
                let whole = Self.scan(text, style: style, limit: limit)
                for chunk in [1, 2, 3, 7, 20] {
                    #expect(Self.scan(text, style: style, limit: limit, chunk: chunk) == whole, "\(text) \(limit)")
                }
            }
        }
    }

    @Test("the records of a CSV writer are read back unchanged")
    func roundTrip() {
        var generator = SeededGenerator(seed: 11)
        let alphabet: [Character] = ["a", "Z", "7", ",", "\"", "\n", "\r\n", "é", "日", "."]
        for _ in 0..<300 {
            let rows = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    let inner = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                        alphabet.randomElement(using: &generator) ?? "a"
                    }
                    // Blanks and line ends around a field are trimmed, and a blank record is skipped: this test uses
                    // none of these.
                    return "<" + String(inner) + ">"
                }
            }
            let ending = Bool.random(using: &generator) ? "\n" : "\r\n"
            let quotesAll = Bool.random(using: &generator)
            var text = rows.map { $0.map { Self.written($0, quotesAll: quotesAll) }.joined(separator: ",") }
                .joined(separator: ending)
            if Bool.random(using: &generator) { text += ending }
            let read = Self.scan(text, chunk: Int.random(in: 1...50, using: &generator)).map { item in
                if case .record(_, let fields) = item { fields } else { ["\(item)"] }
            }
            #expect(read == rows)
        }
    }

    private static func written(_ field: String, quotesAll: Bool) -> String {
        let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes || quotesAll else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
