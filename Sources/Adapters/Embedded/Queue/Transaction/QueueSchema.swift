import SQLite

/// The tables of `queues.sqlite`.
///
/// Each queue has a table of its own, `queue_<id>`, ordered by position. A row is written once, when the message
/// arrives, and deleted once, when it is settled; its state in between is in other tables:
///
/// - `queue_state.head`: rows from this position on have never been given to a consumer, so they are ready.
/// - `early`: rows before the head that are also ready, because they came back or overtook others by priority.
/// - `claim`: the other rows before the head, as ranges that sessions hold. A batch is one row of this table, rather
///   than a change to each of its messages.
///
/// `session` has a row for each process (more exactly, broker) that may hold messages; the process holds the lock on
/// the file `sessions/<id>.lock` as long as it lives.
enum QueueSchema {
    /// "debq".
    static let applicationID: Int32 = 0x6465_6271

    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE catalog (version INTEGER NOT NULL) STRICT;
                INSERT INTO catalog VALUES (1);
                CREATE TABLE exchange (name TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
                CREATE TABLE queue (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    message_ttl INTEGER,
                    max_length INTEGER,
                    overflow TEXT NOT NULL,
                    dead_letter_exchange TEXT,
                    dead_letter_routing_key TEXT,
                    max_priority INTEGER
                ) STRICT;
                CREATE TABLE binding (
                    exchange TEXT NOT NULL, queue INTEGER NOT NULL, routing_key TEXT NOT NULL,
                    PRIMARY KEY (exchange, queue, routing_key)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE queue_state (
                    queue INTEGER PRIMARY KEY,
                    next_sequence INTEGER NOT NULL,
                    head INTEGER NOT NULL,
                    ready INTEGER NOT NULL,
                    early INTEGER NOT NULL,
                    unacknowledged INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE early (
                    queue INTEGER NOT NULL, position INTEGER NOT NULL, returns INTEGER NOT NULL,
                    PRIMARY KEY (queue, position)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE claim (
                    queue INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                    session INTEGER NOT NULL, returns INTEGER NOT NULL,
                    PRIMARY KEY (queue, first)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE session (id INTEGER PRIMARY KEY) STRICT;
                CREATE TABLE consumer (
                    id INTEGER PRIMARY KEY, session INTEGER NOT NULL, queue INTEGER NOT NULL
                ) STRICT;
                """)
    ]

    static func queueTable(_ id: Int64) -> String {
        """
        CREATE TABLE queue_\(id) (
            position INTEGER PRIMARY KEY,
            expires_at INTEGER,
            envelope BLOB NOT NULL,
            body BLOB NOT NULL
        ) STRICT
        """
    }
}
