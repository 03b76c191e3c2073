import SQLite

/// The table of `arrivals.sqlite`: a row for each content of each event, whose columns `expected` and `arrived` hold a bit
/// for each path and store.
enum ArrivalSchema {
    /// "dEvA": marks the file as a ledger of arrivals.
    static let applicationID: Int32 = 0x6445_7641

    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE arrivals (
                    id_high INTEGER NOT NULL,
                    id_low INTEGER NOT NULL,
                    digest BLOB NOT NULL,
                    time INTEGER NOT NULL,
                    expected INTEGER NOT NULL,
                    arrived INTEGER NOT NULL,
                    refused INTEGER NOT NULL,
                    PRIMARY KEY (id_high, id_low, digest)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX arrivals_by_time ON arrivals (time);
                """)
    ]
}
