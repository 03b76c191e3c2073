/// One step of a schema's history: brings a database from the version before to `version`.
///
/// All steps that a file lacks run in one transaction when it is opened, and the file's `user_version` is then the
/// last one's.
public struct Migration: Sendable {
    /// The version of the schema after this step; 1 or more, ascending in the list.
    public let version: Int32
    let body: @Sendable (Connection) throws(SQLiteError) -> Void

    /// A step that is the SQL script `sql`.
    public init(version: Int32, sql: String) {
        self.init(version: version) { connection throws(SQLiteError) in try connection.execute(sql) }
    }

    /// A step that `body` does; it runs within the transaction of all the steps and does not end it.
    public init(version: Int32, body: @escaping @Sendable (Connection) throws(SQLiteError) -> Void) {
        self.version = version
        self.body = body
    }
}
