import SQLite
import Testing

@Suite("Errors") struct SQLiteErrorTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    @Test("a description names the file, the statement and the reason, but never an argument")
    func descriptionHasNoArguments() async throws {
        let database = try await test.open()
        try await database.addNote("a secret")
        let error = try #require(
            await #expect(throws: SQLiteError.self) { try await database.addNote("a secret") })
        #expect(error.path == test.path)
        #expect(error.sql == "INSERT INTO note(text) VALUES (?)")
        let text = error.description
        #expect(text.contains("UNIQUE constraint failed: note.text"))
        #expect(text.contains(test.path) && text.contains("INSERT INTO note(text) VALUES (?)"))
        #expect(!text.contains("secret"))
        try await database.close()
    }

    @Test("only what may pass by itself counts as transient")
    func transient() {
        for code in [SQLiteError.Code.busy, .full, .overloaded, .locked, .interrupted, .outOfMemory] {
            #expect(SQLiteError(code, message: "").isTransient, "\(code)")
        }
        let lasting: [SQLiteError.Code] = [
            .corrupt, .notADatabase, .misuse, .readOnly, .schemaTooNew, .foreignApplication, .closed, .io,
            .constraint(.unique), .cannotOpen, .permission, .tooBig, .mismatch,
        ]
        for code in lasting { #expect(!SQLiteError(code, message: "").isTransient, "\(code)") }
    }

    @Test("an unknown outcome advises to look, not to repeat")
    func unknownOutcome() {
        var error = SQLiteError(.io, message: "disk I/O error", path: "queue.sqlite")
        #expect(error.description == "disk I/O error [queue.sqlite]; check the disk and the kernel's log")
        error.isOutcomeUnknown = true
        #expect(error.description.contains("look up what was stored"))
    }
}
