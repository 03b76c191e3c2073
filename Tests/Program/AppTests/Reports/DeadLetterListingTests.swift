import App
import DeadLetters
import JSON
import Messaging
import Testing

@Suite struct DeadLetterListingTests {
    private func letter(_ error: String, body: String = #"{"event_type":"view","user_id":5,"product_id":7}"#)
        -> DeadLetter
    {
        var headers = HeaderTable()
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .rejected, error: error, attempts: 3, firstFailedAt: 1_000_000,
            lastFailedAt: 2_000_000, worker: "w"
        ).write(to: &headers)
        return DeadLetter(
            Message(body: Array(body.utf8), properties: MessageProperties(messageID: "m", headers: headers)))
    }

    private func report(_ letters: [DeadLetter], keeping limit: Int) -> DeadLetterReport {
        var report = DeadLetterReport()
        for letter in letters { report.add(letter, keeping: limit) }
        return report
    }

    @Test("an empty queue is reported in a sentence", arguments: [false, true])
    func emptyQueueIsToldInA(isGrouped: Bool) {
        #expect(DeadLetterListing(DeadLetterReport(), isGrouped: isGrouped).text == "no dead letters\n")
    }

    @Test("a letter is a row, its error on one line of at most 80 characters")
    func letterIsARowItsError() {
        let letter = letter("line one\n" + String(repeating: "x", count: 100))
        let lines = DeadLetterListing(report([letter], keeping: 10), isGrouped: false).text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("id                queue         class     attempts  given up"))
        #expect(
            lines[1].hasPrefix(
                "\(letter.id)  events.neo4j  rejected         3  1970-01-01T00:00:02Z  view     5        7"))
        #expect(lines[1].hasSuffix("line one " + String(repeating: "x", count: 68) + "..."))
    }

    @Test("letters beyond the limit are counted in the last line")
    func lettersBeyondTheLimitAreCounted() {
        let letters = (1...3).map { letter("error", body: "\($0)") }
        var report = report(letters, keeping: 1)
        report.total = 7
        let text = DeadLetterListing(report, isGrouped: false).text
        #expect(text.hasSuffix("\nand 2 more of 7 dead letters: --limit shows more, --group summarises\n"))
    }

    @Test("groups are rows with their count and a sample")
    func groupsAreRowsWithTheirCount() {
        let letters = [letter("one", body: "1"), letter("two", body: "2"), letter("one", body: "3")]
        let listing = DeadLetterListing(report(letters, keeping: 0), isGrouped: true)
        let lines = listing.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("\(letters[0].fingerprint)        2  events.neo4j  rejected  1970-01-01T00:00:01Z"))
        #expect(lines[1].hasSuffix("\(letters[0].id)  one"))
        #expect(
            String(decoding: listing.json, as: UTF8.self).hasPrefix(#"{"matching":3,"total":0,"groups":[{"group":""#))
    }

    @Test("one letter is shown in full, with its body")
    func oneLetterIsToldWholeWith() throws {
        let letter = letter("no")
        let details = DeadLetterDetails(letter)
        let id = try #require(letter.eventID)
        #expect(details.text.hasPrefix("letter        \(letter.id)\nevent         \(id)\nqueue         events.neo4j\n"))
        #expect(details.text.hasSuffix("\n\n{\"event_type\":\"view\",\"user_id\":5,\"product_id\":7}\n"))
        #expect(details.json == letter.json.bytes)
    }
}
