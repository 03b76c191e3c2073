import Foundation
import SQLite
import Testing

@Suite("Opening") struct ConnectionOpeningTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    @Test("a new file is made and kept, with everything that durability needs switched on")
    func settings() async throws {
        let database = try await test.open()
        let settings = try await database.write { connection in
            try [
                connection.first("PRAGMA journal_mode") { row in row.string(0) },
                connection.first("PRAGMA synchronous") { row in row.string(0) },
                connection.first("PRAGMA foreign_keys") { row in row.string(0) },
                connection.first("PRAGMA secure_delete") { row in row.string(0) },
                connection.first("PRAGMA trusted_schema") { row in row.string(0) },
                connection.first("PRAGMA wal_autocheckpoint") { row in row.string(0) },
                connection.first("PRAGMA busy_timeout") { row in row.string(0) },
                connection.first("PRAGMA application_id") { row in row.string(0) },
                connection.first("PRAGMA user_version") { row in row.string(0) },
            ]
        }
        #expect(settings == ["wal", "2", "1", "0", "0", "0", "5000", "\(TestDatabase.applicationID)", "1"])
        try await database.addNote("a")
        try await database.close()
        let reopened = try await test.open()
        #expect(try await reopened.notes() == ["a"])
        try await reopened.close()
    }

    @Test("a reading connection refuses to write")
    func readersDoNotWrite() async throws {
        let database = try await test.open()
        let error = await #expect(throws: SQLiteError.self) {
            try await database.read { connection in try connection.addNote("a") }
        }
        #expect(error?.code == .readOnly)
        #expect(try await database.notes() == [])
        try await database.close()
    }

    @Test("the database of another program is refused and left as it is")
    func foreignApplication() async throws {
        try await makeFile(applicationID: 99)
        try await expectRefusal(.foreignApplication)
    }

    @Test("a database without a mark that has tables is another program's")
    func unmarkedDatabase() async throws {
        try await makeFile(applicationID: 0)
        try await expectRefusal(.foreignApplication)
    }

    @Test("the database of a newer version is refused and left as it is")
    func schemaTooNew() async throws {
        try await makeFile(
            applicationID: TestDatabase.applicationID, migrations: [Migration(version: 7, sql: "CREATE TABLE t(a)")])
        let error = try await expectRefusal(.schemaTooNew)
        #expect(error.description.contains("schema 7, this one knows up to 1"))
    }

    @Test("a file that is not a database is refused and left as it is")
    func notADatabase() async throws {
        try Data(String(repeating: "not a database\n", count: 100).utf8).write(to: URL(filePath: test.path))
        try await expectRefusal(.notADatabase)
    }

    @Test("a folder that does not exist is an error that names the file")
    func missingFolder() async throws {
        let path = test.file("missing/test.sqlite")
        let error = await #expect(throws: SQLiteError.self) {
            try await Database.open(at: path, configuration: TestDatabase.configuration)
        }
        #expect(error?.code == .cannotOpen)
        #expect(error?.description.contains(path) == true)
    }

    @Test(
        "a name that SQLite takes for a URI or for memory is a file all the same",
        arguments: ["file:a?mode=memory", ":memory:"])
    func oddNames(name: String) async throws {
        // The name has to be relative; the working folder of the whole test process cannot change.
        let relative = try relativePath(to: test.folderPath) + "/" + name
        let database = try await Database.open(at: relative, configuration: TestDatabase.configuration)
        try await database.addNote("a")
        try await database.close()
        #expect(FileManager.default.fileExists(atPath: test.file(name)))
    }

    @Test("only the steps that a file lacks are run, in order")
    func migrations() async throws {
        let second = Migration(version: 2) { connection throws(SQLiteError) in
            try connection.execute("ALTER TABLE note ADD COLUMN size INTEGER")
            try connection.run("UPDATE note SET size = length(text)")
        }
        let fifth = Migration(version: 5, sql: "INSERT INTO note(text, size) VALUES ('from 5', 0)")
        let first = try await test.open()
        try await first.addNote("abc")
        try await first.close()
        for _ in 0..<2 {
            let database = try await test.open { $0.migrations = [TestDatabase.schema, second, fifth] }
            let rows = try await database.read { connection in
                try connection.query("SELECT text, size FROM note ORDER BY id") { row in
                    "\(row.string(0)) \(row.int(1))"
                }
            }
            #expect(rows == ["abc 3", "from 5 0"])
            try await database.close()
        }
    }

    @Test("a step that fails leaves the file at its old version, without the steps before it")
    func failedMigration() async throws {
        let first = try await test.open()
        try await first.close()
        let error = await #expect(throws: SQLiteError.self) {
            try await test.open {
                $0.migrations.append(Migration(version: 2, sql: "ALTER TABLE note ADD COLUMN a INTEGER"))
                $0.migrations.append(Migration(version: 3, sql: "ALTER TABLE missing ADD COLUMN a INTEGER"))
            }
        }
        #expect(error?.message.contains("missing") == true)
        let database = try await test.open()
        let columns = try await database.read { connection in
            try connection.query("SELECT name FROM pragma_table_info('note')") { row in row.string(0) }
        }
        #expect(columns == ["id", "text"])
        try await database.close()
    }

    @Test("steps that do not ascend are the caller's mistake")
    func wrongOrder() async throws {
        let error = await #expect(throws: SQLiteError.self) {
            try await test.open { $0.migrations = [Migration(version: 2, sql: ""), TestDatabase.schema] }
        }
        #expect(error?.code == .misuse)
    }

    @Test("many that open and migrate one new file at once all succeed, and each step is run once")
    func concurrentOpening() async throws {
        let count = Migration(version: 2, sql: "INSERT INTO note(text) VALUES ('migrated')")
        let databases = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { try await test.open { $0.migrations.append(count) } }
            }
            return try await group.reduce(into: [Database]()) { $0.append($1) }
        }
        for database in databases { #expect(try await database.notes() == ["migrated"]) }
        for database in databases { try await database.close() }
    }

    private func makeFile(
        applicationID: Int32, migrations: [Migration] = [Migration(version: 1, sql: "CREATE TABLE t(a)")]
    ) async throws {
        let configuration = DatabaseConfiguration(applicationID: applicationID, migrations: migrations)
        let database = try await Database.open(at: test.path, configuration: configuration)
        if applicationID == 0 {
            try await database.write { connection in try connection.execute("PRAGMA user_version = 0") }
        }
        // A copy has no write-ahead log, as other programs' files, which must not be given one either.
        let copy = test.file("copy")
        try await database.backup(to: copy)
        try await database.close()
        for name in ["test.sqlite.lock", "test.sqlite.turn"] {
            try FileManager.default.removeItem(atPath: test.file(name))
        }
        try FileManager.default.removeItem(atPath: test.path)
        try FileManager.default.moveItem(atPath: copy, toPath: test.path)
    }

    /// Opens the file, and checks that it is refused and neither changed nor left with anything beside it but the lock.
    @discardableResult
    private func expectRefusal(_ code: SQLiteError.Code) async throws -> SQLiteError {
        let before = try Data(contentsOf: URL(filePath: test.path))
        let error = try #require(await #expect(throws: SQLiteError.self) { try await test.open() })
        #expect(error.code == code)
        #expect(error.description.contains(test.path))
        #expect(error.description.contains("nothing was changed"))
        #expect(try Data(contentsOf: URL(filePath: test.path)) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: test.folderPath).sorted()
        #expect(names == ["test.sqlite", "test.sqlite.lock", "test.sqlite.turn"])
        return error
    }

    private func relativePath(to path: String) throws -> String {
        let up = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in ".." }
        return up.joined(separator: "/") + path
    }
}
