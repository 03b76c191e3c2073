import Platform

/// The one writing connection of the process for a file. It holds the side file's lock around each transaction and each
/// checkpoint, because SQLite before 3.44.6 may lose committed rows when one connection checkpoints while another
/// commits. Synchronous and not Sendable: it lives on the queue of its database.
final class Writer {
    let path: String
    let configuration: DatabaseConfiguration
    let lock: WriteLock
    private let marker: OpenMarker
    var connection: Connection?
    /// Damage that was found: no further write is tried, as each might make it worse.
    var damage: SQLiteError?
    var nextCheckpointPages: Int
    var statistics = WriterStatistics()
    /// Whether there were commits since the log was last emptied.
    var hasUnsavedLog = true

    /// Opens, checks and migrates the file.
    init(path: String, configuration: DatabaseConfiguration) throws(SQLiteError) {
        self.path = path
        self.configuration = configuration
        nextCheckpointPages = configuration.checkpointPages
        let lock = try WriteLock(databasePath: path)
        self.lock = lock
        try lock.acquire(timeout: configuration.openTimeout)
        defer { lock.release() }
        marker = try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in
            try OpenMarker(databasePath: path)
        }
        do throws(SQLiteError) {
            let connection = try Connection.open(path: path, configuration: configuration)
            try connection.checkSchema(configuration)
            if marker.tellsOfUncleanStop, configuration.checksAfterUncleanStop { try connection.quickCheck() }
            try connection.configure(.writer, configuration)
            try connection.migrate(configuration)
            self.connection = connection
        } catch {
            try? marker.withdraw()
            throw error
        }
    }

    // MARK: Connection and lock

    func writableConnection() throws(SQLiteError) -> Connection {
        if let damage { throw damage }
        if let connection { return connection }
        let opened = try Connection.open(path: path, configuration: configuration)
        try opened.checkSchema(configuration)
        try opened.configure(.writer, configuration)
        connection = opened
        return opened
    }

    func dataVersion() throws(SQLiteError) -> Int {
        try writableConnection().dataVersion()
    }

    /// Empties the log, closes the connection and notes that the stop was clean. The readers are closed before.
    func close() throws(SQLiteError) {
        if damage == nil, connection != nil { _ = try? truncateLog() }
        try lock.acquire(timeout: configuration.busyTimeout)
        defer { lock.release() }
        connection?.removeStatements()
        connection = nil
        guard damage == nil else { return }
        try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in try marker.markClosed() }
    }
}
