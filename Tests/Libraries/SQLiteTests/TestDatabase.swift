import SQLite
import TestSupport

/// A folder with one database in it, for one test.
struct TestDatabase {
    private let folder: TemporaryDirectory
    let path: String

    static let applicationID: Int32 = 0x7465_7374
    static let schema = Migration(
        version: 1, sql: "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT")
    static let configuration = DatabaseConfiguration(applicationID: applicationID, migrations: [schema])

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.file("test.sqlite")
    }

    var folderPath: String { folder.path }

    func file(_ name: String) -> String { folder.file(name) }

    /// The log is not emptied by the clock, unless `change` says so.
    func open(_ change: (inout DatabaseConfiguration) -> Void = { _ in }) async throws(SQLiteError) -> Database {
        var configuration = Self.configuration
        configuration.idleDelay = .seconds(3_600)
        change(&configuration)
        return try await Database.open(at: path, configuration: configuration)
    }
}

extension Database {
    func addNote(_ text: String) async throws {
        try await write { connection in try connection.addNote(text) }
    }

    func notes() async throws -> [String] {
        try await read { connection in
            try connection.query("SELECT text FROM note ORDER BY id") { row in row.string(0) }
        }
    }

    func noteCount() async throws -> Int {
        try await read { connection in
            try connection.first("SELECT count(*) FROM note") { row in row.int(0) } ?? 0
        }
    }
}

extension Connection {
    func addNote(_ text: String) throws(SQLiteError) {
        try run("INSERT INTO note(text) VALUES (?)", text)
    }
}
