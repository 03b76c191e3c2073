import Testing

@testable import Arguments

@Suite("A suggestion")
struct SuggestionTests {
    @Test(
        "counts insertions, deletions, replacements and swaps of neighbours",
        arguments: [
            ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abd", 1), ("abc", "ab", 1),
            ("abc", "abcd", 1), ("abc", "acb", 1), ("abcd", "badc", 2), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ])
    func distance(left: String, right: String, distance: Int) {
        #expect(Suggestion.distance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(Suggestion.distance(Array(right.utf8), Array(left.utf8)) == distance)
    }

    @Test("is the nearest candidate, or one that was abbreviated, but nothing far-fetched")
    func nearest() {
        let names = ["--port", "--host", "--concurrency", "--json"]
        #expect(Suggestion.nearest(to: "--prot", among: names) == "--port")
        #expect(Suggestion.nearest(to: "--HOST", among: names) == "--host")
        #expect(Suggestion.nearest(to: "--conc", among: names) == "--concurrency")
        #expect(Suggestion.nearest(to: "--wombat", among: names) == nil)
        #expect(Suggestion.nearest(to: "--", among: names) == nil)
        #expect(Suggestion.nearest(to: "", among: names) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "x", count: 1_000_000), among: names) == nil)
    }
}
