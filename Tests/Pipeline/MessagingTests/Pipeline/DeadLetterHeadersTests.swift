import Messaging
import Testing

@Suite("Headers of dead letters") struct DeadLetterHeadersTests {
    private func record(error: String) -> DeadLetterHeaders {
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .retriesExhausted, error: error, attempts: 4, firstFailedAt: 11,
            lastFailedAt: 22, worker: "host/1")
    }

    @Test("a record is read as it was written, and other headers stay")
    func roundTrip() {
        var headers: HeaderTable = ["traceparent": .string("00-1")]
        record(error: "no route to host").write(to: &headers)
        #expect(DeadLetterHeaders(headers) == record(error: "no route to host"))
        #expect(headers["traceparent"] == .string("00-1"))
        #expect(headers["debias-reason"] == .string("retries_exhausted"))
    }

    @Test("writing again replaces the record")
    func rewriting() {
        var headers: HeaderTable = [:]
        record(error: "first").write(to: &headers)
        let count = headers.entries.count
        record(error: "second").write(to: &headers)
        #expect(headers.entries.count == count)
        #expect(DeadLetterHeaders(headers)?.error == "second")
    }

    @Test("headers without a queue or with an unknown reason hold no record")
    func absent() {
        #expect(DeadLetterHeaders([:]) == nil)
        var headers: HeaderTable = [:]
        record(error: "x").write(to: &headers)
        headers["debias-reason"] = .string("bored")
        #expect(DeadLetterHeaders(headers) == nil)
    }

    @Test(
        "an invented number of attempts is forced into a range that can be counted on from",
        arguments: [Int64.min, -1, .max])
    func forgedAttempts(_ number: Int64) {
        var headers: HeaderTable = [:]
        record(error: "x").write(to: &headers)
        headers["debias-attempts"] = .integer(number)
        var history = FailureHistory(headers)
        history.failed(at: 1, error: "e", worker: "w")
        #expect(history.attempts >= 1)
        #expect((DeadLetterHeaders(headers)?.attempts ?? -1) >= 0)
    }

    @Test("a long error text is cut between characters", arguments: ["x", "é", "日", "🛒", "e\u{301}"])
    func cutting(_ character: String) {
        let limit = DeadLetterHeaders.maximumErrorBytes
        let cut = record(error: String(repeating: character, count: limit + 1)).error
        #expect(cut.utf8.count <= limit)
        #expect(cut.utf8.count > limit - 16)
        #expect(cut.hasSuffix("..."))
        #expect(cut.unicodeScalars.dropLast(3).allSatisfy { character.unicodeScalars.contains($0) })
        let short = String(repeating: "x", count: limit)
        #expect(record(error: short).error == short)
    }
}
