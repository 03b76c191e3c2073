import Foundation
import Glibc
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

    /// Adds notes until one does not fit.
    /// - Returns: how many did.
    private func fill(_ database: Database) async throws -> Int {
        for number in 0..<2_000 {
            do {
                try await database.addNote("\(number) \(Self.text)")
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

/// A file system in memory of a fixed size, which only root may mount.
private struct SmallVolume {
    let path: String

    static var isPermitted: Bool {
        guard getuid() == 0, let folder = try? TemporaryDirectory() else { return false }
        // Root in a container may still lack the right.
        guard let volume = try? SmallVolume(at: folder.file("probe"), kibibytes: 64) else { return false }
        volume.unmount()
        return true
    }

    init(at path: String, kibibytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path)
    }

    func unmount() {
        try? Self.run("umount", "-l", path)
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = nil
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }
}
