/// One step of a schema's history: it brings a database from the version before to ``version``.
///
/// All steps that a file lacks run in one transaction when the file is opened, and the file's `user_version` is then
/// the version of the last one. A step that throws leaves the file as it was. A step that was released never changes:
/// what a program needs next is another step behind it.
///
/// A migration is immutable and safe to use from any thread.
public struct Migration: Sendable {
    /// The version of the schema after this step: 1 or more, and greater than that of the step before.
    public let version: Int32
    let body: @Sendable (Connection) throws(SQLiteError) -> Void

    /// Makes a step that runs a script.
    ///
    /// - Parameters:
    ///   - version: The version of the schema after this step, 1 or more.
    ///   - sql: Statements, separated by semicolons, that do not begin or end a transaction.
    public init(version: Int32, sql: String) {
        self.init(version: version) { connection throws(SQLiteError) in try connection.execute(sql) }
    }

    /// Makes a step that runs a closure, for changes that a script cannot express.
    ///
    /// - Parameters:
    ///   - version: The version of the schema after this step, 1 or more.
    ///   - body: Makes the changes. It runs on the queue of the database within the transaction of all the steps, which
    ///     it must not end. What it throws, ``Database/open(at:configuration:)`` throws.
    public init(version: Int32, body: @escaping @Sendable (Connection) throws(SQLiteError) -> Void) {
        self.version = version
        self.body = body
    }
}
