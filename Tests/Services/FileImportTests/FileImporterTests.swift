import Events
import FileImport
import PipelineTesting
import Stores
import Testing

@Suite("An import, by the identity of its events") struct FileImporterTests {
    private let header = "event_time,event_type,product_id,user_id,event_id,price\n"

    private func row(_ product: Int, _ id: String, _ price: String = "1") -> String {
        "2019-10-01 00:00:00 UTC,view,\(product),1,\(id),\(price)\n"
    }

    @Test("takes every spelling of a UUID and any other text as event_id")
    func identities() async throws {
        let graph = FakeGraphStore()
        let ids = ["01890c24-905b-7122-b170-b60814e6ee06", "{01890C24-905B-7122-B170-B60814E6EE07}", "order-17"]
        let run = try await ImportRun(header + ids.map { row(1, $0) }.joined(), into: graph)
        #expect(run.summary.accepted == 3)
        let expected = try ids.map { try EventIdentity(eventID: $0.utf8, at: []).id }
        #expect(graph.events == Set(expected))
        let refused = try await ImportRun(header + row(1, "00000000-0000-0000-0000-000000000000"))
        #expect(refused.summary.rejectedByReason == [.invalidField("event_id"): 1])
    }

    @Test("reports a row whose event_id is that of another event, in the file or in the store")
    func conflicts() async throws {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let first = try await ImportRun(
            header + row(1, "a") + row(2, "b") + row(1, "a") + row(3, "a"), into: graph, profiles: profiles)
        #expect(first.summary.addsUp)
        #expect(first.summary.accepted == 2)
        #expect(first.summary.duplicates == 1)
        #expect(first.summary.rejectedByReason == [.conflict: 1])
        #expect(first.rejected.map(\.reason) == [.conflict])
        #expect(first.rejected.first?.message.hasPrefix("in lines 2 to 5: event ") == true)
        #expect(first.rejected.first?.message.contains("product_id 3 (stored: 1)") == true)
        let second = try await ImportRun(header + row(2, "b", "7") + row(1, "a"), into: graph, profiles: profiles)
        #expect(second.summary.addsUp)
        #expect(second.summary.duplicates == 1)
        #expect(second.summary.rejectedByReason == [.conflict: 1])
    }

    @Test("leaves out what erased users did before, and says how many events that are")
    func erasedUsers() async throws {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let time = try Timestamp("2019-10-01T00:00:00Z")
        for user in [1, 2] as [Int64] { _ = try await graph.erase(userID: user, receivedUntil: time) }
        let later = "2019-10-01 00:00:01 UTC,view,1,2,d,1\n"
        let run = try await ImportRun(
            header + row(1, "a") + row(2, "b") + row(1, "a") + later, into: graph, profiles: profiles)
        #expect(run.summary.addsUp)
        #expect(run.summary.erased == 2)
        #expect(run.summary.accepted == 1)
        #expect(run.summary.duplicates == 1)
    }

    @Test("with sessions cut otherwise changes nothing, and conflicts with nothing")
    func sessions() async throws {
        let graph = FakeGraphStore()
        let rows = "1,2,3,pv,1511544070\n1,4,3,pv,1511545070\n"
        let first = try await ImportRun(rows, into: graph)
        #expect(first.summary.accepted == 2)
        let second = try await ImportRun(rows, options: ImportOptions(sessionGap: .seconds(1)), into: graph)
        #expect(second.summary.duplicates == 2)
        #expect(second.summary.rejected == 0)
        let sessions = try await graph.events(of: 1).map(\.defaulted)
        #expect(sessions == [.userSession, .userSession])
    }

    @Test("of lines without a time gives both stores one time, and changes nothing when repeated")
    func linesWithoutATime() async throws {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let line = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"# + "\n"
        for expected in [1, 0] {
            let run = try await ImportRun(line, into: graph, profiles: profiles)
            #expect(run.summary.accepted == expected)
            #expect(run.summary.rejected == 0)
        }
        let event = try #require(try await graph.events(of: 1).first)
        #expect(event.time == ImportRun.now)
        #expect(try await profiles.profile(of: 1)?.lastEventTime == event.time)
    }
}
