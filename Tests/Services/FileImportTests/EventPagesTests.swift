import Events
import FileImport
import Foundation
import TestSupport
import Testing

@Suite("A file of events that is read page by page") struct EventPagesTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func pages(_ rows: [String], batch: Int) throws -> EventPages {
        let path = folder.file("events")
        try Data(("timestamp,visitorid,itemid,event\n" + rows.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(filePath: path))
        return EventPages(.file(path), options: ImportOptions(batchSize: batch), now: ImportRun.now)
    }

    @Test("gives what one that is read at once gives, without what is no event", arguments: [1, 2, 3, 4, 100])
    func pages(batch: Int) async throws {
        let rows = ["1569888000,1,10,view", "1569888060,1,11,fly", "1569888060,2,11,view", "1569888120,1,12,purchase"]
        let pages = try pages(rows, batch: batch)
        var events: [Event] = []
        while let page = try await pages.next() { events += page }
        #expect(events.map(\.productID) == [10, 11, 12])
        var all: [Event] = []
        _ = try await EventFile(.file(folder.file("events"))).read(now: ImportRun.now) { all.append($0) }
        #expect(events == all)
    }

    @Test("that cannot be read or recognised is an error which names it")
    func failures() async throws {
        let absent = EventPages(.file("/nowhere/events"), now: ImportRun.now)
        let error = await #expect(throws: ImportError.self) { try await absent.next() }
        #expect(error?.input == "/nowhere/events")
        let other = folder.file("other")
        try Data("nothing known\n".utf8).write(to: URL(filePath: other))
        await #expect(throws: ImportError.self) {
            try await EventPages(.file(other), now: ImportRun.now).next()
        }
    }
}
