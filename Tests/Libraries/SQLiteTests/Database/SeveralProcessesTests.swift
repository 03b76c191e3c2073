import Foundation
import SQLite
import TestSupport
import Testing

@Suite("Several processes") struct SeveralProcessesTests {
    let test: TestDatabase
    let ledger: String

    init() throws {
        test = try TestDatabase()
        ledger = test.file("ledger")
    }

    /// The schema that the helper opens its file with.
    static let configuration = DatabaseConfiguration(
        applicationID: TestDatabase.applicationID,
        migrations: [Migration(version: 1, sql: "CREATE TABLE ledger(writer INTEGER, number INTEGER) STRICT")])

    @Test("what was answered is there after kill -9, again and again")
    func killed() async throws {
        for _ in 0..<5 {
            let before = ledgerLines().count
            let helper = try HelperProcess(testing: "sqlite", ["commit-loop", test.path, ledger])
            try await eventually("two hundred commits") { ledgerLines().count >= before + 200 }
            helper.send(signal: SIGKILL)
            #expect(await helper.exit() == .signal(SIGKILL))
            #expect(FileManager.default.fileExists(atPath: test.path + ".open"))

            let database = try await Database.open(at: test.path, configuration: Self.configuration)
            let stored = try await database.read { connection in
                try connection.query("SELECT writer, number FROM ledger") { row in "\(row.int(0)) \(row.int(1))" }
            }
            let answered = ledgerLines()
            #expect(Set(answered).subtracting(stored).isEmpty, "committed rows were lost")
            // Each of the eight writers may have had one commit that it had no time to note.
            #expect(stored.count - answered.count <= 8 * 5)
            try await database.close()
        }
    }

    @Test("several processes write side by side, and no row is lost")
    func sideBySide() async throws {
        let database = try await Database.open(at: test.path, configuration: Self.configuration)
        let helpers = try (0..<2).map { _ in try HelperProcess(testing: "sqlite", ["insert", test.path, "300"]) }
        for number in 1...300 {
            try await database.write { connection in
                try connection.run("INSERT INTO ledger VALUES (?, ?)", 0, number)
            }
            if number % 50 == 0 { try await database.checkpoint() }
        }
        for helper in helpers { #expect(await helper.exit() == .status(0)) }
        let counts = try await database.read { connection in
            try connection.query(
                "SELECT count(*), count(DISTINCT number), min(number), max(number) FROM ledger GROUP BY writer"
            ) { row in [row.int(0), row.int(1), row.int(2), row.int(3)] }
        }
        #expect(counts == [[300, 300, 1, 300], [300, 300, 1, 300], [300, 300, 1, 300]])
        try await database.close()
    }

    @Test("the commits of another process are noticed, one's own are not")
    func dataVersion() async throws {
        let database = try await Database.open(at: test.path, configuration: Self.configuration)
        let before = try await database.dataVersion()
        try await database.write { connection in try connection.run("INSERT INTO ledger VALUES (0, 1)") }
        #expect(try await database.dataVersion() == before)
        let helper = try HelperProcess(testing: "sqlite", ["insert", test.path, "1"])
        #expect(await helper.exit() == .status(0))
        #expect(try await database.dataVersion() != before)
        try await database.close()
    }

    @Test("a process that holds the lock makes a write fail as busy after the timeout, and then lets it in")
    func busy() async throws {
        let database = try await test.open { $0.busyTimeout = .milliseconds(50) }
        let helper = try HelperProcess(testing: "platform", ["hold-lock", test.path + ".lock"])
        #expect(await helper.nextLine() == "held")
        let error = await #expect(throws: SQLiteError.self) { try await database.addNote("a") }
        #expect(error?.code == .busy)
        #expect(error?.isTransient == true)
        #expect(error?.message == "process \(helper.processID) (test-helper) holds \(test.path).lock")
        #expect(try await database.notes() == [])
        helper.send(line: "release")
        #expect(await helper.exit() == .status(0))
        try await database.addNote("b")
        #expect(try await database.notes() == ["b"])
        try await database.close()
    }

    @Test("a process that is stopped within a transaction is named, with what to do; afterwards both go on")
    func stopped() async throws {
        let helper = try HelperProcess(testing: "sqlite", ["commit-loop", test.path, ledger])
        try await eventually("commits") { ledgerLines().count >= 10 }
        let database = try await Database.open(at: test.path, configuration: Self.configuration)
        var failure: SQLiteError?
        // Between two transactions it holds no lock: another try then.
        for _ in 0..<200 where failure == nil {
            helper.send(signal: SIGSTOP)
            do throws(SQLiteError) {
                try await database.checkWritable(within: .milliseconds(200))
            } catch {
                failure = error
            }
            if failure == nil { helper.send(signal: SIGCONT) }
        }
        #expect(failure?.code == .busy)
        let text = "process \(helper.processID) (test-helper) holds \(test.path).lock and is stopped: `kill -CONT "
        #expect(failure?.description.contains(text) == true)
        helper.send(signal: SIGCONT)
        try await database.checkWritable(within: .seconds(30))
        let count = ledgerLines().count
        try await eventually("more commits") { ledgerLines().count > count }
        helper.send(signal: SIGKILL)
        #expect(await helper.exit() == .signal(SIGKILL))
        try await database.close()
    }

    @Test("a commit that the disk fails is reported as of unknown outcome, and writing goes on afterwards")
    func ioError() async throws {
        let helper = try HelperProcess(testing: "sqlite", ["io-error", test.path])
        #expect(await helper.nextLine() == "io unknown=true")
        #expect(await helper.nextLine() == "written")
        #expect(await helper.exit() == .status(0))
        let database = try await Database.open(at: test.path, configuration: Self.configuration)
        let numbers = try await database.read { connection in
            try connection.query("SELECT number FROM ledger ORDER BY number") { row in row.int(0) }
        }
        #expect(numbers.first == 1 && numbers.last == 3)
        try await database.close()
    }

    private func ledgerLines() -> [String] {
        guard let data = FileManager.default.contents(atPath: ledger) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
