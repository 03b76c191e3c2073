import Events
import LoadTesting
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
                == #"{"accepted":2,"attempted":2,"graph":{"stored":2,"recovered":0,"missing":[],"#
                + #""doubled":[],"erased":[],"dead_lettered":[],"different":[]},"vectors":{"stored":2,"recovered":0,"#
                + #""missing":[],"doubled":[],"erased":[],"dead_lettered":[],"different":[]},"different":[]}"#)
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

    private func attempts(
        _ events: [Event], _ outcome: String, at time: Timestamp = Timestamp(microseconds: 0)
    ) -> String {
        events.map { event in
            #"{"attempt":\#(String(decoding: event.encoded(), as: UTF8.self)),"at":"\#(time)"}"# + "\n"
                + #"{\#(outcome.replacing("ID", with: "\(event.id)"))}"# + "\n"
        }.joined()
    }

    private func events(_ numbers: ClosedRange<Int>, user: Int64 = 1) -> [Event] {
        numbers.map {
            Event(
                id: id($0), userID: user, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: Int64($0)))
        }
    }

    @Test("what was not acknowledged may be stored or not, and is no fault")
    func recovered() async throws {
        let all = events(1...6)
        let ledger =
            attempts(Array(all[..<2]), #""acknowledged":["ID"]"#)
            + attempts(Array(all[2..<4]), #""refused":["ID"],"status":503"#)
            + attempts(Array(all[4...]), #""indeterminate":["ID"]"#)
        let report = try await report(
            graph: Array(all[..<3]), vectors: [all[0], all[1], all[4], all[5]], ledger: ledger)
        #expect(report.isGood, "\(report.text)")
        #expect(
            report.text.hasPrefix("accepted 2 of 6 attempted · graph: stored 2, lost 0, doubled 0, different 0, rec"))
        #expect(report.text.contains("different 0, recovered 1 ·"))
        #expect(report.text.contains("vectors: stored 2, lost 0, doubled 0, different 0, recovered 2"))
    }

    @Test("stores that have grown by more than the ledger explains hold something unexpected, unless others post, too")
    func unexpected() async throws {
        let all = events(1...3)
        let ledger =
            #"{"run":{"graph_before":0,"vectors_before":2}}"# + "\n" + attempts([all[0]], #""acknowledged":["ID"]"#)
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        _ = try await graph.apply(InteractionBatch(all))
        _ = try await profiles.apply(InteractionBatch(all))
        let pipeline = Pipeline(broker: FakeBroker(), graph: graph, profiles: profiles)
        let read = try Ledger(Array(ledger.utf8), name: "l")
        let report = try await VerificationReport.read(read, pipeline, shown: 20)
        #expect(!report.isGood)
        #expect(report.text.contains("graph: stored 1, lost 0, doubled 0, different 0, unexpected 2 ·"))
        #expect(report.text.contains("vectors: stored 1, lost 0, doubled 0, different 0, unexpected 0 ·"))
        #expect(report.text.contains("the graph has 2 events more than the ledger explains"))
        #expect(String(decoding: report.json, as: UTF8.self).contains(#""unexpected":2"#))
        #expect(try await VerificationReport.read(read, pipeline, shown: 20, isShared: true).isGood)
    }

    @Test("events of erased users are told apart from lost ones, if they were sent before the erasure")
    func erased() async throws {
        let (before, after, others) = (events(1...2, user: 9), events(3...3, user: 9), events(4...4, user: 8))
        let ledger =
            attempts(before, #""acknowledged":["ID"]"#, at: Timestamp(microseconds: 5_000_000))
            + attempts(after, #""acknowledged":["ID"]"#, at: Timestamp(microseconds: 7_000_000))
            + attempts(others, #""acknowledged":["ID"]"#)
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let time = Timestamp(microseconds: 6_000_000)
        _ = try await graph.erase(userID: 9, receivedUntil: time)
        _ = try await profiles.erase(userID: 9, receivedUntil: time)
        let report = try await VerificationReport.read(
            Ledger(Array(ledger.utf8), name: "l"),
            Pipeline(broker: FakeBroker(), graph: graph, profiles: profiles), shown: 20)
        #expect(!report.isGood)
        #expect(report.text.contains("graph: stored 0, lost 2, doubled 0, different 0, erased 2 ·"))
        #expect(report.text.contains("vectors: stored 0, lost 2, doubled 0, different 0, erased 2 ·"))
        #expect(report.text.contains("missing from the graph:\n  \(id(3))\n  \(id(4))\n"))
    }

    @Test("an event of a list without times is erased if its user was, and lost if the list has its id alone")
    func erasedWithoutTimes() async throws {
        let event = events(1...1, user: 9)[0]
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        _ = try await graph.erase(userID: 9, receivedUntil: Timestamp(microseconds: 1))
        _ = try await profiles.erase(userID: 9, receivedUntil: Timestamp(microseconds: 1))
        let pipeline = Pipeline(broker: FakeBroker(), graph: graph, profiles: profiles)
        let whole = try Ledger(event.encoded() + [10], name: "l")
        #expect(try await VerificationReport.read(whole, pipeline, shown: 20).isGood)
        let alone = try Ledger(Array("\(event.id)\n".utf8), name: "l")
        #expect(try await !VerificationReport.read(alone, pipeline, shown: 20).isGood)
    }
}
