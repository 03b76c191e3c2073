import Bytes
import Testing

@Suite struct SpanComparingTests {
    @Test(
        "bytes are equal if all are the same, and without regard to case if only letters of ASCII differ in theirs",
        arguments: [
            ("", "", true, true), ("abc", "abc", true, true), ("abc", "abd", false, false), ("abc", "ab", false, false),
            ("Content-Type", "content-type", false, true), ("[", "{", false, false), ("@", "`", false, false),
            ("Ä", "ä", false, false),
        ])
    func comparing(_ one: String, _ other: String, _ equal: Bool, _ equalIgnoringCase: Bool) {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        #expect(one.span.equals(other.span) == equal)
        #expect(other.span.equals(one.span) == equal)
        #expect(one.span.equalsIgnoringCase(other.span) == equalIgnoringCase)
        #expect(other.span.equalsIgnoringCase(one.span) == equalIgnoringCase)
    }
}
