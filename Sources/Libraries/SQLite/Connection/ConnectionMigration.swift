extension Connection {
    /// Refuses a file that is not this program's or is newer than it knows, before anything is changed in it.
    /// - Returns: the version of the file's schema.
    @discardableResult
    func checkSchema(_ configuration: DatabaseConfiguration) throws(SQLiteError) -> Int32 {
        let application = try first("PRAGMA application_id") { row in row.int64(0) } ?? 0
        let version = Int32(truncatingIfNeeded: try first("PRAGMA user_version") { row in row.int64(0) } ?? 0)
        if application != Int64(configuration.applicationID) {
            let objects = try first("SELECT count(*) FROM sqlite_schema") { row in row.int(0) } ?? 0
            guard application == 0, version == 0, objects == 0 else {
                throw SQLiteError(
                    .foreignApplication,
                    message: "this is the database of another program (application_id \(application), "
                        + "expected \(configuration.applicationID))", path: handle.path)
            }
        }
        let newest = configuration.migrations.last?.version ?? 0
        guard version <= newest else {
            throw SQLiteError(
                .schemaTooNew,
                message: "a newer version of this program wrote the database (schema \(version), "
                    + "this one knows up to \(newest)): upgrade this program, or put back a copy from before",
                path: handle.path)
        }
        return version
    }

    /// Runs the steps that the file lacks, all or none. The caller holds the side file's lock, so that of two processes
    /// that open the file at once the second finds nothing left to do.
    func migrate(_ configuration: DatabaseConfiguration) throws(SQLiteError) {
        try checkOrder(configuration.migrations)
        guard try checkSchema(configuration) < (configuration.migrations.last?.version ?? 0) else { return }
        try run("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            // Another program may have changed the file since.
            let version = try checkSchema(configuration)
            for migration in configuration.migrations where migration.version > version {
                try migration.body(self)
                try execute("PRAGMA user_version=\(migration.version)")
            }
            try execute("PRAGMA application_id=\(configuration.applicationID)")
            try run("COMMIT")
        } catch {
            if isInTransaction { try run("ROLLBACK") }
            throw error
        }
    }

    /// Reads the whole file and checks its structure.
    func quickCheck() throws(SQLiteError) {
        let finding = try first("PRAGMA quick_check(1)") { row in row.string(0) }
        guard finding == "ok" else {
            throw SQLiteError(
                .corrupt, message: "the database is damaged: \(finding ?? "no answer of quick_check")",
                path: handle.path)
        }
    }

    private func checkOrder(_ migrations: [Migration]) throws(SQLiteError) {
        var last: Int32 = 0
        for migration in migrations {
            guard migration.version > last else {
                throw SQLiteError(
                    .misuse, message: "migration \(migration.version) stands after \(last)", path: handle.path)
            }
            last = migration.version
        }
    }
}
