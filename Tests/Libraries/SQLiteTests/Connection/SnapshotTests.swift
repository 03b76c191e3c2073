import SQLite
import Synchronization
import TestSupport
import Testing

@Suite("A snapshot")
struct SnapshotTests {
    let test: TestDatabase

    init() throws { test = try TestDatabase() }

    @Test("is copied as the database was when it was taken, though others write and empty the log meanwhile")
    func copy() async throws {
        let database = try await test.open()
        for number in 0..<100 { try await database.addNote("\(number)") }
        let snapshot = try await database.snapshot()
        for number in 0..<100 { try await database.addNote("later \(number)") }
        _ = try? await database.checkpoint()
        let destination = test.file("copy.sqlite")
        try await snapshot.copy(to: destination)
        await snapshot.close()
        let copy = try await Database.open(at: destination, configuration: TestDatabase.configuration)
        #expect(try await copy.notes() == (0..<100).map(String.init))
        try await copy.close()
        #expect(try await database.noteCount() == 200)
        #expect(try await database.checkpoint())

        let error = await #expect(throws: SQLiteError.self) { try await snapshot.copy(to: test.file("other")) }
        #expect(error?.code == .closed)
        try await database.close()
    }

    @Test("keeps writers waiting until they are resumed, and no longer")
    func holdingWriters() async throws {
        let database = try await test.open()
        try await database.addNote("before")
        let snapshot = try await database.snapshot(holdingWriters: true)
        let isResumed = Atomic(false)
        async let writtenAfterwards = {
            try await database.addNote("held")
            return isResumed.load(ordering: .acquiring)
        }()
        try await Task.sleep(for: .milliseconds(100))
        isResumed.store(true, ordering: .releasing)
        await snapshot.resumeWriters()
        #expect(try await writtenAfterwards)
        #expect(try await database.noteCount() == 2)
        let destination = test.file("copy.sqlite")
        try await snapshot.copy(to: destination)
        await snapshot.close()
        let error = await #expect(throws: SQLiteError.self) {
            let second = try await database.snapshot()
            try await second.copy(to: destination)
        }
        #expect(error?.code == .cannotOpen)
        let copy = try await Database.open(at: destination, configuration: TestDatabase.configuration)
        #expect(try await copy.notes() == ["before"])
        try await copy.close()
        try await database.close()
    }
}
