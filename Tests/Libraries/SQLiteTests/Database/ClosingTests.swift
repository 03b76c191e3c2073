import Dispatch
import SQLite
import Synchronization
import Testing

@Suite("Closing") struct ClosingTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    @Test("closing waits for the writes and reads that were accepted")
    func waits() async throws {
        let database = try await test.open { $0.maximumGroupSize = 7 }
        let failures = Mutex(0)
        let gate = DispatchSemaphore(value: 0)
        database.submit({ _ in gate.wait() }, completion: { _ in })
        for number in 1...100 {
            database.submit({ try $0.addNote("\(number)") }) { error in
                if error != nil { failures.withLock { $0 += 1 } }
            }
        }
        async let closed: Void = database.close()
        gate.signal()
        try await closed
        #expect(failures.withLock { $0 } == 0)
        let reopened = try await test.open()
        #expect(try await reopened.noteCount() == 100)
        try await reopened.close()
    }

    @Test("a closed database refuses everything, and closing it again does no harm")
    func refuses() async throws {
        let database = try await test.open()
        try await database.close()
        try await database.close()
        let refusals: [() async throws -> Void] = [
            { try await database.addNote("a") }, { _ = try await database.notes() },
            { _ = try await database.checkpoint() }, { _ = try await database.dataVersion() },
        ]
        for refusal in refusals {
            let error = await #expect(throws: SQLiteError.self) { try await refusal() }
            #expect(error?.code == .closed)
        }
    }

    @Test("nothing but the database and the lock's file is left behind")
    func leavesNothing() async throws {
        let database = try await test.open()
        try await database.addNote("a")
        #expect(try await database.notes() == ["a"])
        #expect(try test.files() == ["", "-shm", "-wal", ".lock", ".open", ".turn"])
        try await database.close()
        #expect(try test.files() == ["", ".lock", ".turn"])
    }

    @Test("of several that have the file open, the last one to close leaves it clean")
    func lastOne() async throws {
        let first = try await test.open()
        let second = try await test.open()
        try await first.addNote("a")
        try await first.close()
        #expect(try test.files().contains(".open"))
        try await second.addNote("b")
        #expect(try await second.notes() == ["a", "b"])
        try await second.close()
        #expect(try test.files() == ["", ".lock", ".turn"])
    }
}
