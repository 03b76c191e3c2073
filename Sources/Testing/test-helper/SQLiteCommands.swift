import Glibc
import Platform
import SQLite

/// The commands for the tests of SQLite.
enum SQLiteCommands {
    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        ShutdownSignals.ignoreBrokenPipes()
        switch (words.first, Array(words.dropFirst())) {
        case ("commit-loop", let rest) where rest.count == 2:
            try await commitLoop(database: rest[0], ledger: rest[1])
        case ("insert", let rest) where rest.count == 2:
            try await insert(database: rest[0], count: Int(rest[1]) ?? 0)
        case ("io-error", let rest) where rest.count == 1:
            try await failToWrite(database: rest[0])
        default: return false
        }
        return true
    }

    private static let configuration = DatabaseConfiguration(
        applicationID: 0x7465_7374,
        migrations: [Migration(version: 1, sql: "CREATE TABLE ledger(writer INTEGER, number INTEGER) STRICT")])

    /// Commits for ever, and notes each number in the ledger after its commit, until it is killed.
    private static func commitLoop(database: String, ledger: String) async throws {
        let database = try await Database.open(at: database, configuration: configuration)
        let descriptor = open(ledger, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { exit(1) }
        try await withThrowingDiscardingTaskGroup { group in
            for writer in 1...8 {
                group.addTask {
                    var number = 0
                    while true {
                        number += 1
                        try await add(number, of: writer, to: database)
                        let line = Array("\(writer) \(number)\n".utf8)
                        guard write(descriptor, line, line.count) == line.count else { exit(1) }
                    }
                }
            }
        }
    }

    private static func insert(database: String, count: Int) async throws {
        let database = try await Database.open(at: database, configuration: configuration)
        let writer = Int(getpid())
        for number in 1...count { try await add(number, of: writer, to: database) }
        try await database.close()
    }

    private static func add(_ number: Int, of writer: Int, to database: Database) async throws {
        try await database.write { connection in
            try connection.run("INSERT INTO ledger VALUES (?, ?)", writer, number)
        }
    }

    /// Makes the commit fail as on a broken disk, by a limit on the size of files, and then writes without the limit.
    private static func failToWrite(database: String) async throws {
        signal(SIGXFSZ, SIG_IGN)
        let database = try await Database.open(at: database, configuration: configuration)
        try await add(1, of: 1, to: database)
        TestHelper.limitFileSize(to: try FileSystem.size(database.path + "-wal") ?? 0)
        do {
            try await add(2, of: 1, to: database)
        } catch let error as SQLiteError {
            try StandardStream.output.write("\(error.code) unknown=\(error.isOutcomeUnknown)\n")
        }
        TestHelper.limitFileSize(to: nil)
        try await add(3, of: 1, to: database)
        try await database.close()
        try StandardStream.output.write("written\n")
    }
}
