import Platform

extension SQLiteError {
    /// Runs `body`, which makes system calls, for the database `path`.
    static func mappingSystemErrors<Result>(
        path: String, _ body: () throws(SystemError) -> Result
    ) throws(SQLiteError) -> Result {
        do throws(SystemError) {
            return try body()
        } catch {
            let code: Code =
                if error.isNoSpace {
                    .full
                } else if error.isPermissionDenied {
                    .permission
                } else if error.isNotFound {
                    .cannotOpen
                } else {
                    .io
                }
            throw SQLiteError(code, message: error.description, path: path)
        }
    }
}
