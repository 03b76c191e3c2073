import Platform

/// The one writing connection of the process for a file. It holds the side file's lock around each transaction and each
/// checkpoint, because SQLite before 3.44.6 may lose committed rows when one connection checkpoints while another
/// commits. Synchronous and not Sendable: it lives on the queue of its database.
final class Writer {
    let path: String
    let configuration: DatabaseConfiguration
    let lock: WriteLock
    let files: OpenedFiles
    private let marker: OpenMarker
    var connection: Connection?
    /// Damage that was found: no further write is tried, as each might make it worse.
    var damage: SQLiteError?
    /// Whether a file was not in its place at the last commit: before anything else is written, it has to be back.
    var isGone = false
    /// Whether the whole file is still to be checked, because the last process that had it open was killed.
    var needsCheck = false
    var nextCheckpointPages: Int
    var statistics = WriterStatistics()
    /// Whether there were commits since the log was last emptied.
    var hasUnsavedLog = true

    /// Opens, checks and migrates the file.
    init(path: String, files: OpenedFiles, configuration: DatabaseConfiguration) throws(SQLiteError) {
        self.path = path
        self.files = files
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
            let connection = try Connection.open(path: path, configuration: configuration, creating: true)
            try connection.checkSchema(configuration)
            if marker.tellsOfUncleanStop, configuration.checksAfterUncleanStop {
                let (count, size) = try connection.pages()
                needsCheck = count * size > configuration.checkedAtOpeningBytes
                if !needsCheck { try connection.quickCheck() }
            }
            try connection.configure(.writer, configuration)
            try connection.migrate(configuration)
            try files.adopt()
            self.connection = connection
        } catch {
            try? marker.withdraw()
            throw error
        }
    }

    // MARK: Connection and lock

    func writableConnection() throws(SQLiteError) -> Connection {
        if let damage { throw damage }
        // A connection that was given up, as after a commit of unknown outcome, has taken its log with it.
        if isGone {
            try files.requireInPlace()
            isGone = false
        }
        if let connection { return connection }
        let opened = try Connection.open(path: path, configuration: configuration, creating: false)
        try opened.checkSchema(configuration)
        try opened.configure(.writer, configuration)
        try files.adopt()
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
        let areFilesInPlace = files.areInPlace
        if !areFilesInPlace { connection?.leaveLogWhenClosed() }
        connection?.removeStatements()
        connection = nil
        guard damage == nil, areFilesInPlace, !needsCheck else { return }
        try SQLiteError.mappingSystemErrors(path: path) { () throws(SystemError) in try marker.markClosed() }
    }
}
