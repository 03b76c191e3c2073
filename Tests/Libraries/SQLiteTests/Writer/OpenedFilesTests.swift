import Foundation
import SQLite
import TestSupport
import Testing

@Suite("Files that disappear while they are open") struct OpenedFilesTests {
    let test: TestDatabase
    let folder: String
    let path: String

    init() throws {
        test = try TestDatabase()
        folder = test.file("folder")
        path = folder + "/test.sqlite"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    private func open() async throws -> Database {
        var configuration = TestDatabase.configuration
        configuration.idleDelay = .seconds(3_600)
        let database = try await Database.open(at: path, configuration: configuration)
        try await database.addNote("before")
        return database
    }

    /// - Returns: the error of the next write.
    private func failure(_ database: Database) async throws -> SQLiteError {
        try #require(await #expect(throws: SQLiteError.self) { try await database.addNote("after") })
    }

    @Test(
        "a commit into a file that is no longer there is no success",
        arguments: ["", "-wal", "-shm", ".lock"])
    func removed(_ suffix: String) async throws {
        let database = try await open()
        try FileManager.default.removeItem(atPath: path + suffix)
        let first = try await failure(database)
        #expect(first.code == .gone && first.isOutcomeUnknown && !first.isTransient)
        #expect(first.description.contains("\(path)\(suffix)]; it was removed or renamed"))
        let second = try await failure(database)
        #expect(second.code == .gone && !second.isOutcomeUnknown, "from then on nothing is tried")
        let read = await #expect(throws: SQLiteError.self) { try await database.notes() }
        #expect(read?.code == .gone)
        let check = await #expect(throws: SQLiteError.self) { try await database.checkWritable(within: .seconds(30)) }
        #expect(check?.code == .gone)
        try await database.close()
    }

    @Test("the same holds long after the folder was last changed")
    func settled() async throws {
        let database = try await open()
        let past = Date(timeIntervalSinceNow: -3_600)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: folder)
        try await database.addNote("quiet")
        try FileManager.default.removeItem(atPath: path + "-wal")
        #expect(try await failure(database).code == .gone)
        try await database.close()
    }

    @Test("nothing is put where the files were: neither by a write, nor by a read, nor when the database is closed")
    func leavesNothing() async throws {
        let database = try await open()
        try FileManager.default.removeItem(atPath: folder)
        #expect(try await failure(database).code == .gone)
        await #expect(throws: SQLiteError.self) { try await database.notes() }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(try await failure(database).code == .gone)
        await #expect(throws: SQLiteError.self) { try await database.notes() }
        try await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test("another database that takes the place keeps its log when the old one is closed")
    func replaced() async throws {
        let database = try await open()
        #expect(try await database.notes() == ["before"])
        try FileManager.default.moveItem(atPath: folder, toPath: test.file("moved"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let other = try await open()
        #expect(try await failure(database).code == .gone)
        try await database.close()
        #expect(FileManager.default.fileExists(atPath: path + "-wal"))
        #expect(FileManager.default.fileExists(atPath: path + ".open"))
        try await other.addNote("other")
        #expect(try await other.notes() == ["before", "other"])
        try await other.close()
    }

    @Test("when the folder is back, writing goes on, and what was written before is there")
    func putBack() async throws {
        let database = try await open()
        try FileManager.default.moveItem(atPath: folder, toPath: test.file("moved"))
        #expect(try await failure(database).code == .gone)
        try FileManager.default.moveItem(atPath: test.file("moved"), toPath: folder)
        try await database.checkWritable(within: .seconds(30))
        try await database.addNote("again")
        // The commit that found the folder gone is in the folder that was moved.
        #expect(try await database.notes() == ["before", "after", "again"])
        try await database.close()
    }

    @Test(
        "a volume that is unmounted is noticed, though its path still is a folder",
        .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
    func unmounted() async throws {
        let volume = try SmallVolume(at: test.file("volume"), kibibytes: 4_096)
        let database = try await Database.open(
            at: volume.path + "/test.sqlite", configuration: TestDatabase.configuration)
        try await database.addNote("before")
        volume.unmount()
        #expect(try await failure(database).code == .gone)
        try await database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: volume.path) == [])
    }
}
