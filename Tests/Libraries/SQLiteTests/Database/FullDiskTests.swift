import Foundation
import SQLite
import TestSupport
import Testing

@Suite("A full disk") struct FullDiskTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    static let text = String(repeating: "x", count: 2_000)

    @Test("a write that does not fit is undone and says so; reading goes on, and writing once there is room")
    func pageLimit() async throws {
        let database = try await test.open()
        try await limit(database, pages: 20)
        let stored = try await fill(database)
        #expect(try await database.noteCount() == stored)
        #expect(await database.statistics().failedJobs == 1)
        try await limit(database, pages: 1_000)
        try await database.addNote("fits")
        #expect(try await database.noteCount() == stored + 1)
        try await database.close()
    }

    @Test("a job that goes on after SQLite has undone its transaction commits nothing")
    func swallowedError() async throws {
        let database = try await test.open()
        try await limit(database, pages: 20)
        let error = await #expect(throws: SQLiteError.self) {
            try await database.write { connection in
                for number in 0..<100 { try? connection.addNote("\(number) \(Self.text)") }
                try? connection.execute("INSERT INTO note(text) VALUES ('too late')")
            }
        }
        #expect(error?.isFull == true)
        #expect(try await database.noteCount() == 0)
        try await database.close()
    }

    @Test("a volume that is full fails the write alone", .enabled(if: SmallVolume.isPermitted))
    func smallVolume() async throws {
        let volume = try SmallVolume(at: test.file("volume"), kibibytes: 1_024)
        defer { volume.unmount() }
        let database = try await Database.open(
            at: volume.path + "/test.sqlite", configuration: TestDatabase.configuration)
        let ballast = volume.path + "/ballast"
        try Data(count: 300_000).write(to: URL(filePath: ballast))

        let stored = try await fill(database)
        #expect(stored > 10)
        #expect(try await database.noteCount() == stored)
        try FileManager.default.removeItem(atPath: ballast)
        try await database.addNote("fits")
        #expect(try await database.noteCount() == stored + 1)
        try await database.close()
    }

    @Test(
        "a file that is almost empty gives its room back to a full volume", .enabled(if: SmallVolume.isPermitted))
    func compacts() async throws {
        let volume = try SmallVolume(at: test.file("volume"), kibibytes: 8_192)
        defer { volume.unmount() }
        let database = try await Database.open(
            at: volume.path + "/test.sqlite", configuration: TestDatabase.configuration)
        for number in 0..<500 { try await database.addNote("\(number) \(Self.text)") }
        try await database.checkpoint()
        #expect(try await database.compact(gain: 500_000, rest: 100_000) == false, "it is full of rows")
        try await database.write { connection in try connection.run("DELETE FROM note WHERE id > 3") }
        try volume.fill()
        #expect(try await database.compact(gain: 500_000, rest: 1_000) == false, "too much is left")
        #expect(try await database.compact(gain: 500_000, rest: 100_000))
        #expect(try await database.noteCount() == 3)
        #expect(try FileManager.default.attributesOfItem(atPath: database.path)[.size] as? Int ?? 0 < 100_000)
        try await fill(database, "again ")
        try await database.close()
    }

    /// Adds notes until one does not fit.
    /// - Returns: how many did.
    @discardableResult
    private func fill(_ database: Database, _ mark: String = "") async throws -> Int {
        for number in 0..<2_000 {
            do {
                try await database.addNote("\(mark)\(number) \(Self.text)")
            } catch let error as SQLiteError {
                #expect(error.code == .full)
                #expect(error.isFull && error.isTransient && !error.isOutcomeUnknown)
                return number
            }
        }
        Issue.record("it never got full")
        return 2_000
    }

    private func limit(_ database: Database, pages: Int) async throws {
        try await database.write { connection in try connection.execute("PRAGMA max_page_count = \(pages)") }
    }
}
