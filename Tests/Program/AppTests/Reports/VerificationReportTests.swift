import Events
import PipelineTesting
import Stores
import Testing

@testable import App

@Suite struct VerificationReportTests {
    private func id(_ number: Int) -> EventID { EventID(high: 0x7000, low: UInt64(number) | 1 << 63) }

    private func report(stored: [Int], ledger: String, shown: Int = 20) async throws -> VerificationReport {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let events = stored.map {
            Event(
                id: id($0), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: Int64($0)))
        }
        _ = try await graph.apply(InteractionBatch(events))
        _ = try await profiles.apply(InteractionBatch(events))
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
                == "accepted 2 · graph: stored 2, lost 0, doubled 0 · vectors: stored 2, lost 0, doubled 0\n")
        #expect(
            String(decoding: report.json, as: UTF8.self)
                == #"{"accepted":2,"graph":{"stored":2,"missing":[],"doubled":[]},"#
                + #""vectors":{"stored":2,"missing":[],"doubled":[]}}"#)
    }

    @Test("missing events are listed up to the number shown")
    func missingEventsAreListedUpTo() async throws {
        let report = try await report(stored: [], ledger: "\(id(1))\n\(id(2))\n", shown: 1)
        #expect(!report.isGood)
        #expect(report.text.contains("missing from the graph:\n  \(id(1))\n  and 1 more\n"))
        #expect(
            String(decoding: report.json, as: UTF8.self).contains(#""missing":["\#(id(1))","\#(id(2))"]"#))
    }

    @Test("an unfinished last line of a ledger is ignored, and any other invalid line is an error that names the line")
    func unfinishedLastLineOfALedger() throws {
        #expect(try Ledger(Array("\(id(1))\n{\"event_".utf8), name: "l").ids == [id(1)])
        let error = #expect(throws: Ledger.Failure.self) { try Ledger(Array("x\n\(id(1))\n".utf8), name: "l") }
        #expect(error?.description == "line 1 of l is neither an event id nor an object with an event_id")
    }
}
