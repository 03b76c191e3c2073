import Events
import PipelineTesting
import Stores
import Testing

@testable import App

@Suite struct VerificationReportTests {
    private func id(_ number: Int) -> EventID { EventID(high: 0x7000, low: UInt64(number) | 1 << 63) }

    private func report(stored: [Int], ledger: String, shown: Int = 20) async throws -> VerificationReport {
        let events = stored.map {
            Event(
                id: id($0), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: Int64($0)))
        }
        return try await report(graph: events, vectors: events, ledger: ledger, shown: shown)
    }

    private func report(
        graph inGraph: [Event], vectors inVectors: [Event], ledger: String, shown: Int = 20
    ) async throws -> VerificationReport {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        _ = try await graph.apply(InteractionBatch(inGraph))
        _ = try await profiles.apply(InteractionBatch(inVectors))
        return try await VerificationReport.read(
            Ledger(Array(ledger.utf8), name: "ledger"),
            Pipeline(broker: FakeBroker(), graph: graph, profiles: profiles), shown: shown)
    }

    @Test("events that are stored once are good")
    func eventsThatAreStoredOnceAre() async throws {
        let report = try await report(stored: [1, 2], ledger: "\(id(1))\r\n{\"event_id\":\"\(id(2))\"}\n\(id(1))\n")
        #expect(report.isGood)
        #expect(
            report.text
                == "accepted 2 · graph: stored 2, lost 0, doubled 0, different 0 · "
                + "vectors: stored 2, lost 0, doubled 0, different 0 · graph and vectors differ in 0\n")
        #expect(
            String(decoding: report.json, as: UTF8.self)
                == #"{"accepted":2,"graph":{"stored":2,"missing":[],"doubled":[],"different":[]},"#
                + #""vectors":{"stored":2,"missing":[],"doubled":[],"different":[]},"different":[]}"#)
    }

    @Test("missing events are listed up to the number shown")
    func missingEventsAreListedUpTo() async throws {
        let report = try await report(stored: [], ledger: "\(id(1))\n\(id(2))\n", shown: 1)
        #expect(!report.isGood)
        #expect(report.text.contains("missing from the graph:\n  \(id(1))\n  and 1 more\n"))
        #expect(
            String(decoding: report.json, as: UTF8.self).contains(#""missing":["\#(id(1))","\#(id(2))"]"#))
    }

    private func posted(product: Int, id: String, time: String? = nil) -> String {
        let time = time.map { #","event_time":"\#($0)""# } ?? ""
        return #"{"event_id":"\#(id)","user_id":1,"product_id":\#(product),"event_type":"view","#
            + #""user_session":"s"\#(time)}"#
    }

    private func event(_ text: String) throws -> Event {
        try EventDecoder().decode(Array(text.utf8), receivedAt: Timestamp(microseconds: 1_700_000_000_000_000))
    }

    @Test("events whose content is not the accepted one are different, by store and by field")
    func differentContent() async throws {
        let (one, two, three) = (
            posted(product: 1, id: "order-1"), posted(product: 2, id: "{\(id(2))}"),
            posted(product: 3, id: "order-3", time: "2023-01-01T00:00:00Z")
        )
        let good = try await report(
            graph: [event(one), event(two), event(three)], vectors: [event(three), event(two), event(one)],
            ledger: [one, two, three].joined(separator: "\n") + "\n")
        #expect(good.isGood, "\(good.text)")

        let changed = posted(product: 9, id: "order-1")
        let later = posted(product: 3, id: "order-3", time: "2023-01-01T00:00:01Z")
        let bad = try await report(
            graph: [event(one), event(two), event(later)], vectors: [event(changed), event(two), event(three)],
            ledger: [one, two, three].joined(separator: "\n"))
        #expect(!bad.isGood)
        let (first, third) = try (event(one).id, event(three).id)
        #expect(bad.text.contains("graph: stored 3, lost 0, doubled 0, different 1 ·"))
        #expect(bad.text.contains("not in the graph as accepted:\n  \(third): event_time\n"))
        #expect(bad.text.contains("not in the vectors as accepted:\n  \(first): product_id\n"))
        #expect(
            bad.text.contains("not the same in graph and vectors:\n  \(first): product_id\n  \(third): event_time\n"))
        #expect(
            String(decoding: bad.json, as: UTF8.self)
                .contains(#""different":[{"event_id":"\#(first)","fields":["product_id"]}]"#))
    }

    @Test("stores that differ are found with a ledger of ids alone")
    func storesApart() async throws {
        let (one, other) = (posted(product: 1, id: "order-1"), posted(product: 2, id: "order-1"))
        let report = try await report(
            graph: [event(one)], vectors: [event(other)], ledger: #"{"event_id":"order-1"}"#)
        #expect(!report.isGood)
        #expect(report.text.contains("graph and vectors differ in 1\n"))
    }

    @Test("of two accepted events with one id and other content one is not stored, which is a difference")
    func conflictInTheLedger() async throws {
        let (one, other) = (posted(product: 1, id: "order-1"), posted(product: 2, id: "order-1"))
        let report = try await report(
            graph: [event(one)], vectors: [event(one)], ledger: "\(one)\n\(other)\n\(one)\n")
        #expect(!report.isGood)
        #expect(report.text.hasPrefix("accepted 1 · graph: stored 1, lost 0, doubled 0, different 1 ·"))
    }

    @Test("a ledger takes ids in the spellings that events take")
    func spellings() throws {
        let bare = "\(id(1))".replacing("-", with: "").uppercased()
        let lines = [bare, "{\(id(2))}", #"{"event_id":"urn:uuid:\#(id(3))"}"#, #"{"event_id":"order-1","x":1}"#]
        let order = try EventIdentity(eventID: "order-1".utf8, at: []).id
        #expect(
            try Ledger(Array(lines.joined(separator: "\n").utf8), name: "l").ids == [id(1), id(2), id(3), order])
        for line in ["order-1", "{}", #"{"event_id":null}"#, #"{"event_id":1}"#, #"{"user_id":1}"#] {
            #expect(throws: Ledger.Failure.self) { try Ledger(Array((line + "\n").utf8), name: "l") }
        }
    }

    @Test("an unfinished last line of a ledger is ignored, and any other invalid line is an error that names the line")
    func unfinishedLastLineOfALedger() throws {
        #expect(try Ledger(Array("\(id(1))\n{\"event_".utf8), name: "l").ids == [id(1)])
        let error = #expect(throws: Ledger.Failure.self) { try Ledger(Array("x\n\(id(1))\n".utf8), name: "l") }
        #expect(error?.description == "line 1 of l is neither an event id nor an object with an event_id")
    }
}
