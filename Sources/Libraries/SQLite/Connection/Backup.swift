import Dispatch
import EventLoops
import Platform

/// Copies a database with VACUUM INTO, on a connection and a queue of its own.
actor Backup {
    private nonisolated let executor = QueueExecutor(label: "sqlite.backup", qos: .utility)
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let source: String
    private let destination: String
    private let configuration: DatabaseConfiguration

    init(source: String, destination: String, configuration: DatabaseConfiguration) {
        self.source = source
        self.destination = destination
        self.configuration = configuration
    }

    func run() throws(SQLiteError) {
        guard !FileSystem.exists(destination) else {
            throw SQLiteError(.cannotOpen, message: "the backup's file exists already", path: destination)
        }
        // SQLite does not sync what VACUUM INTO writes, and leaves a part of it behind when it fails.
        let unfinished = destination + ".unfinished"
        do throws(SQLiteError) {
            try SQLiteError.mappingSystemErrors(path: unfinished) { () throws(SystemError) in
                try FileSystem.remove(unfinished)
            }
            let connection = try Connection.open(path: source, configuration: configuration, creating: false)
            try connection.configure(.backup, configuration)
            try connection.run("VACUUM INTO ?", unfinished)
            try SQLiteError.mappingSystemErrors(path: destination) { () throws(SystemError) in
                try FileSystem.synchronize(unfinished)
                try FileSystem.rename(unfinished, to: destination)
            }
        } catch {
            try? FileSystem.remove(unfinished)
            throw error
        }
    }
}
