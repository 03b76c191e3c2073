import SQLite
import TestSupport
import Testing

@Suite("Writing") struct DatabaseWritingTests {
    let folder: TemporaryDirectory
    let path: String

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.file("test.sqlite")
    }

    static let configuration = DatabaseConfiguration(
        applicationID: 0x7465_7374,
        migrations: [Migration(version: 1, sql: "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")]
    )

    @Test("a reader sees the last commit")
    func readerSeesLastCommit() async throws {
        let database = try await Database.open(at: path, configuration: Self.configuration)
        for number in 1...20 {
            let id = try await database.write { connection in
                try connection.run("INSERT INTO note(text) VALUES (?)", "note \(number)")
                return connection.lastInsertRowID
            }
            let text = try await database.read { connection in
                try connection.first("SELECT text FROM note WHERE id = ?", id) { row in row.string(0) }
            }
            #expect(text == "note \(number)")
        }
        try await database.close()
    }
}
