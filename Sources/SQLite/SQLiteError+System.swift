import Platform

extension SQLiteError {
    /// Runs `body`, which makes system calls; their failures become `io`, on the database `path`.
    static func mappingSystemErrors<Result>(
        path: String, _ body: () throws(SystemError) -> Result
    ) throws(SQLiteError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            throw SQLiteError(.io, message: error.description, path: path)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
