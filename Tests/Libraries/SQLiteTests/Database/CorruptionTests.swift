import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite("A damaged file") struct CorruptionTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    @Test("after an unclean stop the file is checked, and a damaged one refused and left as it is")
    func uncleanStop() async throws {
        try await makeDamagedFile()
        try Data().write(to: URL(filePath: test.path + ".open"))
        let before = try Data(contentsOf: URL(filePath: test.path))
        for _ in 0..<2 {
            let error = await #expect(throws: SQLiteError.self) { try await test.open() }
            #expect(error?.code == .corrupt)
            #expect(error?.description.contains("nothing was deleted") == true)
        }
        #expect(try Data(contentsOf: URL(filePath: test.path)) == before)
        #expect(try test.files() == ["", ".lock", ".open", ".turn"])
    }

    @Test("a large file is checked beside the first jobs: a damaged one is opened, and refuses them when that is found")
    func checkedBeside() async throws {
        try await makeDamagedFile()
        try Data().write(to: URL(filePath: test.path + ".open"))
        for _ in 0..<2 {
            let database = try await test.open { $0.checkedAtOpeningBytes = 0 }
            try await eventually("the check has found it") {
                await database.statistics().isCheckPending == false
            }
            let error = await #expect(throws: SQLiteError.self) { try await database.write { _ in } }
            #expect(error?.code == .corrupt)
            #expect(error?.description.contains("nothing was deleted") == true)
            try await database.close()
            #expect(try test.files().contains(".open"), "the next start has to check the file")
        }
    }

    @Test("a large file that is whole is clean after its check, and unclean if it is closed before the end of that")
    func wholeBeside() async throws {
        let first = try await test.open()
        try await first.write { connection in
            for number in 0..<20_000 { try connection.addNote("\(number) " + String(repeating: "x", count: 1_000)) }
        }
        try await first.close()
        try Data().write(to: URL(filePath: test.path + ".open"))

        try await holdingChecks {
            let second = try await test.open { $0.checkedAtOpeningBytes = 1 << 20 }
            #expect(await second.statistics().isCheckPending)
            try await second.addNote("beside")
            try await second.close()
            #expect(try test.files().contains(".open"))
        }

        let third = try await test.open { $0.checkedAtOpeningBytes = 1 << 20 }
        try await eventually("the check has ended") { await third.statistics().isCheckPending == false }
        try await third.addNote("after")
        try await third.close()
        #expect(try test.files() == ["", ".lock", ".turn"])
    }

    /// Runs `body` while no check of a file begins, however fast this machine would end it.
    private func holdingChecks(_ body: () async throws -> Void) async throws {
        IntegrityCheck.queue.suspend()
        defer { IntegrityCheck.queue.resume() }
        try await body()
    }

    @Test("an intact file is opened after an unclean stop")
    func intactAfterUncleanStop() async throws {
        let database = try await test.open()
        try await database.addNote("a")
        try await database.close()
        try Data().write(to: URL(filePath: test.path + ".open"))
        let reopened = try await test.open()
        #expect(try await reopened.notes() == ["a"])
        try await reopened.close()
        #expect(try test.files() == ["", ".lock", ".turn"])
    }

    @Test("damage that a write meets stops all writing, and deletes nothing")
    func damageStopsWriting() async throws {
        try await makeDamagedFile()
        let database = try await test.open()
        let found = await #expect(throws: SQLiteError.self) {
            // Swallowed, as a careless job would.
            try await database.write { connection in
                _ = try? connection.run("UPDATE note SET text = text || '!'")
                try? connection.run("DELETE FROM note")
            }
        }
        #expect(found?.code == .corrupt)
        let next = await #expect(throws: SQLiteError.self) {
            try await database.write { connection in try connection.execute("CREATE TABLE other(a)") }
        }
        #expect(next?.code == .corrupt)
        let read = await #expect(throws: SQLiteError.self) { try await database.notes() }
        #expect(read?.code == .corrupt)
        try await database.close()
        #expect(try test.files().contains(".open"), "the next start has to check the file")
    }

    /// Makes a database whose table has many pages, and overwrites some of them.
    private func makeDamagedFile() async throws {
        let database = try await test.open()
        try await database.write { connection in
            for number in 0..<2_000 { try connection.addNote("\(number) " + String(repeating: "x", count: 100)) }
        }
        try await database.close()
        let file = try FileHandle(forUpdating: URL(filePath: test.path))
        for page in 3..<40 {
            try file.seek(toOffset: UInt64(page * 4_096))
            try file.write(contentsOf: Data(repeating: 0xa5, count: 4_096))
        }
        try file.close()
    }
}

extension TestDatabase {
    /// What the names of the files of the database have after the database's own.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folderPath).sorted().map { name in
            String(name.dropFirst("test.sqlite".count))
        }
    }
}
