import Dispatch
import SQLite
import TestSupport
import Testing

@Suite("Group commit") struct GroupCommitTests {
    let test: TestDatabase

    init() throws {
        test = try TestDatabase()
    }

    struct Refused: Error, Equatable {
        var reason: String
    }

    /// What the callers of submitted jobs were told, in order.
    struct Outcomes: Sendable {
        private let told = Recorder<(name: String, error: (any Error)?)>()

        func completion(_ name: String) -> @Sendable ((any Error)?) -> Void {
            { [told] error in told.append((name, error)) }
        }

        var names: [String] { told.entries.map(\.name) }
        var failed: [String] { told.entries.filter { $0.error != nil }.map(\.name) }
        func error(_ name: String) -> (any Error)? { told.entries.first { $0.name == name }?.error }
    }

    /// Keeps the writer busy, within a transaction, until the gate that it returns is signalled.
    private func occupyWriter(
        of database: Database, then job: @escaping @Sendable (Connection) throws -> Void = { _ in }
    ) async -> DispatchSemaphore {
        let gate = DispatchSemaphore(value: 0)
        let (isBusy, hasStarted) = AsyncStream.makeStream(of: Void.self)
        database.submit(
            { connection in
                hasStarted.finish()
                gate.wait()
                try job(connection)
            }, completion: { _ in })
        for await _ in isBusy {}
        return gate
    }

    /// Keeps the writer busy while `body` submits jobs, so that those are one group; returns when all have ended.
    private func whileWriterIsBusy(_ database: Database, _ body: () -> Void) async throws {
        let gate = await occupyWriter(of: database)
        body()
        gate.signal()
        try await database.write { _ in }
    }

    @Test("jobs that wait are committed together")
    func oneCommit() async throws {
        let database = try await test.open()
        let outcomes = Outcomes()
        try await whileWriterIsBusy(database) {
            for number in 1...100 {
                database.submit({ try $0.addNote("\(number)") }, completion: outcomes.completion("\(number)"))
            }
        }
        let statistics = await database.statistics()
        #expect(statistics.commits <= 2)
        #expect(statistics.committedJobs == 102)
        #expect(outcomes.names == (1...100).map(String.init))
        #expect(outcomes.failed == [])
        #expect(try await database.noteCount() == 100)
        try await database.close()
    }

    @Test("a group is no larger than configured")
    func groupSize() async throws {
        let database = try await test.open { $0.maximumGroupSize = 10 }
        try await whileWriterIsBusy(database) {
            for number in 1...100 { database.submit({ try $0.addNote("\(number)") }, completion: { _ in }) }
        }
        let statistics = await database.statistics()
        #expect(statistics.largestGroup == 10)
        #expect(try await database.noteCount() == 100)
        try await database.close()
    }

    @Test("a job that throws takes back its own changes only", arguments: [0, 1, 5, 9])
    func failingJobIsIsolated(failing: Int) async throws {
        let database = try await test.open()
        let outcomes = Outcomes()
        try await whileWriterIsBusy(database) {
            for number in 0..<10 {
                database.submit(
                    { connection in
                        try connection.addNote("\(number)")
                        if number == failing { throw Refused(reason: "number \(number)") }
                    }, completion: outcomes.completion("\(number)"))
            }
        }
        #expect(outcomes.failed == ["\(failing)"])
        #expect(outcomes.error("\(failing)") as? Refused == Refused(reason: "number \(failing)"))
        #expect(try await database.notes() == (0..<10).filter { $0 != failing }.map(String.init))
        #expect(await database.statistics().failedJobs == 1)
        try await database.close()
    }

    @Test("when the first job of a group throws, the others are committed without it")
    func failingFirst() async throws {
        let database = try await test.open()
        let outcomes = Outcomes()
        let gate = await occupyWriter(of: database) { connection in
            try connection.addNote("first")
            throw Refused(reason: "first")
        }
        for text in ["a", "b"] { database.submit({ try $0.addNote(text) }, completion: outcomes.completion(text)) }
        gate.signal()
        try await database.addNote("c")
        #expect(outcomes.failed == [])
        #expect(try await database.notes() == ["a", "b", "c"])
        try await database.close()
    }

    @Test("a job that throws alone leaves nothing, and the next one works")
    func failingAlone() async throws {
        let database = try await test.open()
        await #expect(throws: Refused.self) {
            try await database.write { connection in
                try connection.addNote("a")
                throw Refused(reason: "alone")
            }
        }
        try await database.addNote("b")
        #expect(try await database.notes() == ["b"])
        try await database.close()
    }

    @Test("a broken deferred foreign key fails its own job only")
    func deferredForeignKey() async throws {
        let database = try await test.open()
        try await database.write { connection in
            try connection.execute(
                "CREATE TABLE child(note INTEGER REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED) STRICT")
        }
        let outcomes = Outcomes()
        try await whileWriterIsBusy(database) {
            database.submit({ try $0.addNote("a") }, completion: outcomes.completion("a"))
            database.submit({ try $0.run("INSERT INTO child VALUES (99)") }, completion: outcomes.completion("child"))
            database.submit({ try $0.addNote("b") }, completion: outcomes.completion("b"))
        }
        #expect(outcomes.failed == ["child"])
        #expect((outcomes.error("child") as? SQLiteError)?.code == .constraint(.foreignKey))
        #expect(try await database.notes() == ["a", "b"])
        try await database.close()
    }

    @Test("a caller goes on only when its changes can be read")
    func answeredAfterCommit() async throws {
        let database = try await test.open()
        try await withThrowingDiscardingTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    for number in 0..<20 {
                        let text = "\(task) \(number)"
                        try await database.addNote(text)
                        let count = try await database.read { connection in
                            try connection.first("SELECT count(*) FROM note WHERE text = ?", text) { row in row.int(0) }
                        }
                        #expect(count == 1)
                    }
                }
            }
        }
        #expect(try await database.noteCount() == 320)
        try await database.close()
    }

    @Test("nested transactions are undone one by one")
    func nestedTransactions() async throws {
        let database = try await test.open()
        try await database.write { connection in
            try connection.addNote("a")
            try connection.transaction {
                try connection.addNote("b")
                #expect(throws: Refused.self) {
                    try connection.transaction {
                        try connection.addNote("c")
                        throw Refused(reason: "inner")
                    }
                }
            }
        }
        #expect(try await database.notes() == ["a", "b"])
        try await database.close()
    }

    @Test("a job that ends the transaction fails those before it, and later ones are run in another")
    func jobEndsTransaction() async throws {
        let database = try await test.open()
        let outcomes = Outcomes()
        try await whileWriterIsBusy(database) {
            database.submit({ try $0.addNote("a") }, completion: outcomes.completion("a"))
            database.submit({ try $0.execute("ROLLBACK") }, completion: outcomes.completion("rollback"))
            database.submit({ try $0.addNote("b") }, completion: outcomes.completion("b"))
        }
        #expect(Set(outcomes.failed) == ["a", "rollback"])
        #expect((outcomes.error("a") as? SQLiteError)?.code == .misuse)
        #expect(try await database.notes() == ["b"])
        try await database.close()
    }

    @Test("more pending jobs than configured are refused, and those accepted are done")
    func bound() async throws {
        let database = try await test.open { $0.maximumPendingJobs = 5 }
        let outcomes = Outcomes()
        let gate = await occupyWriter(of: database)
        for number in 1...20 {
            database.submit({ try $0.addNote("\(number)") }, completion: outcomes.completion("\(number)"))
        }
        let refused = outcomes.failed
        gate.signal()
        try await database.close()
        #expect(refused.allSatisfy { (outcomes.error($0) as? SQLiteError)?.code == .overloaded })
        #expect(refused.count == 15)
        #expect(outcomes.failed == refused)
        #expect(outcomes.names.count == 20)
        let reopened = try await test.open()
        #expect(try await reopened.notes() == (1...5).map(String.init))
        try await reopened.close()
    }
}
