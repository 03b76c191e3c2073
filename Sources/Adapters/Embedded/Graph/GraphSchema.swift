import SQLite

/// The tables of `graph.sqlite`.
///
/// Interactions are in the order of a history, so that a page of it is one range. An id is two INTEGERs that sort as
/// its bytes do. Each transaction updates the totals that it changes: counting millions of rows takes seconds.
enum GraphSchema {
    /// "dEvG": marks the file as a graph.
    static let applicationID: Int32 = 0x6445_7647

    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE users (user_id INTEGER PRIMARY KEY) STRICT;
                CREATE TABLE products (product_id INTEGER PRIMARY KEY) STRICT;
                CREATE TABLE interactions (
                    user_id INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    id_high INTEGER NOT NULL,
                    id_low INTEGER NOT NULL,
                    type INTEGER NOT NULL,
                    product_id INTEGER NOT NULL,
                    session TEXT NOT NULL,
                    price REAL,
                    quantity INTEGER,
                    brand TEXT,
                    category_code TEXT,
                    properties TEXT,
                    PRIMARY KEY (user_id, time DESC, id_high DESC, id_low DESC)
                ) STRICT, WITHOUT ROWID;
                CREATE UNIQUE INDEX interactions_by_id ON interactions (id_high, id_low);
                CREATE TABLE totals (
                    singleton INTEGER PRIMARY KEY CHECK (singleton = 0),
                    users INTEGER NOT NULL,
                    products INTEGER NOT NULL
                ) STRICT;
                INSERT INTO totals VALUES (0, 0, 0);
                CREATE TABLE totals_by_type (type INTEGER PRIMARY KEY, interactions INTEGER NOT NULL) STRICT;
                """),
        // The fields that were filled in, as bits; NULL for events of before, of which nobody knows.
        Migration(version: 2, sql: "ALTER TABLE interactions ADD COLUMN defaulted INTEGER;"),
        Migration(version: 3, sql: Tombstones.migration),
        Migration(version: 4, sql: CoViewSchema.migration),
        // A row while the co-views hold interactions that were pruned; see GraphPruning.
        Migration(
            version: 5, sql: "CREATE TABLE pruning (singleton INTEGER PRIMARY KEY CHECK (singleton = 0)) STRICT;"),
    ]
}
