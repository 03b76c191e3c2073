import App
import Testing

@Suite struct ShownTextTests {
    @Test(
        "control characters of others are shown and have no effect",
        arguments: [
            ("plain ä 漢 🎉", "plain ä 漢 🎉"), ("\u{1B}[2J", "\\u001b[2J"), ("a\r\u{7}\u{7F}", "a\\u000d\\u0007\\u007f"),
            ("\u{9B}31m", "\\u009b31m"), ("\u{202E}txt.exe\u{2066}", "\\u202etxt.exe\\u2066"), ("é", "é"),
        ])
    func controlCharacters(text: String, shown: String) {
        #expect(text.shown(keepingLines: true) == shown)
        #expect(text.shown(keepingLines: false) == shown)
    }

    @Test("line feeds and tabs stay in texts, and are shown in cells")
    func lines() {
        #expect("a\tb\nc".shown(keepingLines: true) == "a\tb\nc")
        #expect("a\tb\nc".shown(keepingLines: false) == "a\\tb\\nc")
        let table = TextTable(columns: [.left, .left], rows: [["a\nb", "c"]])
        #expect(table.text == "a\\nb  c\n")
    }
}
