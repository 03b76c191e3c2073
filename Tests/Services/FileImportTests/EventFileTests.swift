import Events
import FileImport
import Foundation
import PipelineTesting
import Stores
import TestSupport
import Testing

@Suite("A file of events that is only read") struct EventFileTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func file(_ text: String) throws -> ImportInput {
        let path = folder.file("events")
        try Data(text.utf8).write(to: URL(filePath: path))
        return .file(path)
    }

    @Test("gives the events that an import stores, in the order of the file, and tells what is none")
    func events() async throws {
        let rows = [
            "1569888000,1,10,view", "1569888060,1,11,view", "1569888060,1,11,view", "1569888120,1,12,fly",
            "1569899000,1,10,purchase",
        ]
        let input = try file("timestamp,visitorid,itemid,event\n" + rows.joined(separator: "\n") + "\n")
        var (events, rejected): ([Event], [RejectedRecord]) = ([], [])
        let summary = try await EventFile(input).read(now: ImportRun.now, rejected: { rejected.append($0) }) {
            events.append($0)
        }
        let graph = FakeGraphStore()
        let run = try await ImportRun(input: input, into: graph)
        #expect(events.map(\.productID) == [10, 11, 11, 10])
        #expect([events[0], events[1], events[3]] == (try await graph.events(of: 1)))
        #expect(summary.accepted == 4 && summary.isComplete && summary.addsUp)
        #expect(rejected == run.rejected)
    }

    @Test("fails as an import does where the file is of no known format, without speaking of resuming it")
    func unknownFormat() async throws {
        let input = try file("what,ever\n1,2\n")
        let error = try #require(
            await #expect(throws: ImportError.self) { try await EventFile(input).read(now: ImportRun.now) { _ in } })
        await #expect(throws: error) { _ = try await ImportRun(input: input) }
    }
}
