import Glibc
import Platform
import SQLite

/// The other process of the tests of Platform and SQLite: it is run, watched and killed by them.
@main
enum CrashHelper {
    static func main() async throws {
        ShutdownSignals.ignoreBrokenPipes()
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, Array(arguments.dropFirst())) {
        case ("commit-loop", let rest) where rest.count == 2:
            try await commitLoop(database: rest[0], ledger: rest[1])
        case ("insert", let rest) where rest.count == 2:
            try await insert(database: rest[0], count: Int(rest[1]) ?? 0)
        case ("io-error", let rest) where rest.count == 1:
            try await failToWrite(database: rest[0])
        case ("hold-lock", let rest) where rest.count == 1:
            try holdLock(path: rest[0])
        case ("signals", _):
            try await waitForSignal()
        case ("closed-output", _):
            try writeUntilClosed()
        default:
            try StandardStream.error.write(
                """
                usage: sqlite-crash-helper commit-loop DATABASE LEDGER | insert DATABASE COUNT | io-error DATABASE
                       | hold-lock FILE | signals | closed-output

                """)
            exit(2)
        }
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

    /// Lets the commit fail as on a broken disk, by a limit on the size of files, and then writes without the limit.
    private static func failToWrite(database: String) async throws {
        signal(SIGXFSZ, SIG_IGN)
        let database = try await Database.open(at: database, configuration: configuration)
        try await add(1, of: 1, to: database)
        limitFileSize(try FileSystem.size(database.path + "-wal") ?? 0)
        do {
            try await add(2, of: 1, to: database)
        } catch let error as SQLiteError {
            try StandardStream.output.write("\(error.code) unknown=\(error.isOutcomeUnknown)\n")
        }
        limitFileSize(nil)
        try await add(3, of: 1, to: database)
        try await database.close()
        try StandardStream.output.write("written\n")
    }

    private static func limitFileSize(_ bytes: Int?) {
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
        setrlimit(resource, &limit)
    }

    private static func holdLock(path: String) throws {
        let lock = try FileLock(path: path)
        try lock.lock()
        try StandardStream.output.write("held\n")
        _ = readLine()
        lock.unlock()
    }

    private static func waitForSignal() async throws {
        let signals = ShutdownSignals()
        let cancelled = Task { await signals.first() }
        cancelled.cancel()
        guard await cancelled.value == nil else { exit(1) }
        try StandardStream.output.write("ready\n")
        let signal = await signals.first()
        guard await signals.first() == signal else { exit(1) }
        try StandardStream.output.write(signal == .interrupt ? "interrupt\n" : "terminate\n")
        // The second signal ends the process here.
        _ = readLine()
    }

    private static func writeUntilClosed() throws {
        do throws(SystemError) {
            while true { try StandardStream.output.write(String(repeating: "x", count: 100_000)) }
        } catch {
            exit(error.isBrokenPipe ? 32 : 1)
        }
    }
}
