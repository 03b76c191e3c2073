import Dispatch
import SQLite
import TestSupport
import Testing

@Suite("Checkpoints") struct WriterCheckpointsTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    @Test("a checkpoint empties the log")
    func truncates() async throws {
        let database = try await test.open()
        try await database.addNote("a")
        #expect(database.logBytes() > 0)
        #expect(try await database.checkpoint())
        #expect(database.logBytes() == 0)
        #expect(try await database.notes() == ["a"])
        try await database.close()
    }

    @Test("a long reader keeps what it sees and keeps the log, without stopping writes; afterwards the log is emptied")
    func longReader() async throws {
        let database = try await test.open()
        try await database.addNote("before")
        let (isReading, hasStarted) = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)
        async let seen = database.read { connection in
            let first = try connection.query("SELECT text FROM note") { row in row.string(0) }
            hasStarted.finish()
            gate.wait()
            return try first + connection.query("SELECT text FROM note") { row in row.string(0) }
        }
        for await _ in isReading {}
        try await database.addNote("meanwhile")
        #expect(try await database.checkpoint() == false)
        #expect(database.logBytes() > 0)
        #expect(try await database.notes() == ["before", "meanwhile"])
        gate.signal()
        #expect(try await seen == ["before", "before"])
        #expect(try await database.checkpoint())
        #expect(database.logBytes() == 0)
        #expect(await database.statistics().blockedCheckpoints == 1)
        try await database.close()
    }

    @Test("the log stays small however much is written")
    func logIsBounded() async throws {
        let database = try await test.open { $0.checkpointPages = 50 }
        var largest = 0
        for number in 0..<400 {
            try await database.addNote("\(number)" + String(repeating: "x", count: 4_000))
            largest = max(largest, database.logBytes())
        }
        // A commit of such a row adds up to a handful of pages of 4 KiB to the 50.
        #expect(largest < 80 * 4_200)
        #expect(await database.statistics().checkpoints > 10)
        #expect(try await database.noteCount() == 400)
        try await database.close()
    }

    @Test("the log is emptied when the database is left alone")
    func idle() async throws {
        let database = try await test.open { $0.idleDelay = .milliseconds(5) }
        try await database.addNote("a")
        try await eventually("an empty log") { database.logBytes() == 0 }
        try await database.close()
    }

    @Test("a copy holds all that was committed, and opens as a database of its own")
    func backup() async throws {
        let database = try await test.open()
        for number in 0..<100 { try await database.addNote("\(number)") }
        let destination = test.file("copy.sqlite")
        try await database.backup(to: destination)
        try await database.addNote("later")
        let copy = try await Database.open(at: destination, configuration: TestDatabase.configuration)
        #expect(try await copy.notes() == (0..<100).map(String.init))
        try await copy.close()

        let error = await #expect(throws: SQLiteError.self) { try await database.backup(to: destination) }
        #expect(error?.code == .cannotOpen)
        try await database.close()
    }
}
