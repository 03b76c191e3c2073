import Events
import FileImport
import JSON
import PipelineTesting
import Stores
import Testing

@Suite("An import of rows without category_code") struct FileImporterCategoriesTests {
    private let header =
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"

    private func row(user: Int64, id: String, code: String) -> String {
        "2019-10-01 00:00:00 UTC,view,44600062,\(id),\(code),shiseido,35.79,\(user),"
            + "72d76fde-8bb3-4e00-8c23-a032dfed738c\n"
    }

    @Test("takes their category_id for it, and tells of how many")
    func filling() async throws {
        let graph = FakeGraphStore()
        let rows = [
            row(user: 1, id: "2103807459595387724", code: ""), row(user: 2, id: "7", code: "a.b"),
            row(user: 3, id: "NULL", code: "NULL"), row(user: 4, id: String(repeating: "9", count: 300), code: ""),
        ]
        let run = try await ImportRun(header + rows.joined(), into: graph)
        #expect(run.summary.accepted == 4)
        #expect(run.summary.filledCategories == 1)
        var found: [Event] = []
        for user in 1...4 as ClosedRange<Int64> { found += try await graph.events(of: user) }
        #expect(found.map(\.categoryCode) == ["2103807459595387724", "a.b", nil, nil])
        #expect(found.map(\.defaulted) == [.categoryCode, [], [], []])
        #expect(found.first?.properties == .object(["category_id": .string("2103807459595387724")]))
    }

    @Test("leaves the category to the column that the user names")
    func namedColumn() async throws {
        let graph = FakeGraphStore()
        let options = ImportOptions(columns: try FieldMapping("category=category_code"))
        let run = try await ImportRun(header + row(user: 1, id: "7", code: ""), options: options, into: graph)
        #expect(run.summary.filledCategories == 0)
        #expect(try await graph.events(of: 1).map(\.categoryCode) == [nil])
    }

    @Test("gives the ids of imports that left the category blank, and is no conflict with what they stored")
    func olderImports() async throws {
        let (graph, profiles) = (FakeGraphStore(), FakeProfileStore())
        let file = header + row(user: 541_312_140, id: "2103807459595387724", code: "")
        _ = try await ImportRun(file, into: graph, profiles: profiles)
        var event = try #require(try await graph.events(of: 541_312_140).first)
        // By which version 0.1.0 knew this row before it could fill in a category.
        #expect(event.id.description == "e740d7a9-f40b-5abe-95a6-2ef02071f688")

        event.categoryCode = nil
        event.defaulted = []
        let (olderGraph, olderProfiles) = (FakeGraphStore(), FakeProfileStore())
        _ = try await olderGraph.apply(InteractionBatch([event]))
        _ = try await olderProfiles.apply(InteractionBatch([event]))
        let again = try await ImportRun(file, into: olderGraph, profiles: olderProfiles)
        #expect(again.summary.duplicates == 1 && again.summary.rejected == 0)
        #expect(try await olderGraph.events(of: 541_312_140).map(\.categoryCode) == [nil], "and nothing changes")
    }
}
