import Testing

@testable import Arguments

@Suite("A text shown in a message")
struct DisplayedTextTests {
    @Test("hides the passwords in addresses and nothing else")
    func passwords() {
        #expect(DisplayedText.withoutPassword("amqp://me:pa:s@s@host:5672/v") == "amqp://me:***@host:5672/v")
        #expect(DisplayedText.withoutPassword("a://b:c@d,e://f:g@h") == "a://b:***@d,e://f:***@h")
        for text in ["amqp://host:5672/a@b", "http://me@host", "a:b@c", "://", "", "x://"] {
            #expect(DisplayedText.withoutPassword(text) == text)
        }
    }

    @Test("is bounded and carries no control characters")
    func terminals() {
        #expect(DisplayedText.quoted("a\u{1b}[31mb\n") == #"'a\u{1B}[31mb\n'"#)
        #expect(DisplayedText.shown(String(repeating: "ü", count: 101)) == String(repeating: "ü", count: 100) + "…")
        #expect(DisplayedText.shown(String(repeating: "ü", count: 100)).count == 100)
    }
}
