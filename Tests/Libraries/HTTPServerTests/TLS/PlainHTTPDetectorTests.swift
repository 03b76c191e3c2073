import Testing

@testable import HTTPServer

struct PlainHTTPDetectorTests {
    @Test(
        "a method and a space are plain HTTP",
        arguments: ["GET ", "POST /", "OPTIONS *", "UPDATEREDIRECTREF /a"])
    func methodAndSpace(text: String) {
        var detector = PlainHTTPDetector()
        #expect(detector.look(at: Array(text.utf8).span) == .isPlainHTTP)
    }

    @Test("letters are undecided until a space comes") func lettersAreUndecided() {
        var detector = PlainHTTPDetector()
        for letter in "POST".utf8 { #expect(detector.look(at: [letter].span) == .undecided) }
        #expect(detector.look(at: Array(" /".utf8).span) == .isPlainHTTP)
    }

    @Test(
        "everything else is something else, and what was held is given back",
        arguments: [
            ("", "\u{16}\u{3}"), ("", " "), ("", "get "), ("GE", " "), ("SSH", "-2.0"), ("A", "b"),
            (String(repeating: "A", count: 20), "A"),
        ])
    func everythingElse(held: String, decides: String) {
        var detector = PlainHTTPDetector()
        #expect(detector.look(at: Array(held.utf8).span) == .undecided)
        #expect(detector.look(at: Array(decides.utf8).span) == .isOther(held: Array(held.utf8)))
    }
}
