/// The tables of co-views in `graph.sqlite`, which follow from its interactions.
///
/// A product and a session that touched it have one row in `visits`, in the order of the newest touch, with the products
/// that stand beside it in the session's sequence: a range of this table is all that an answer reads of sessions. A session
/// has one row, too, which tells writers its order; its name is found in another table, so that rows stay small and are in
/// the order in which sessions began.
enum CoViewSchema {
    static let migration = """
        CREATE TABLE session_names (name TEXT PRIMARY KEY, session INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        -- A row that is full has the time of its last touch before it: writers need not read what is closed to them.
        CREATE TABLE sessions (session INTEGER PRIMARY KEY, closing_time INTEGER, touches BLOB NOT NULL) STRICT;
        CREATE TABLE visits (
            product_id INTEGER NOT NULL,
            time INTEGER NOT NULL,
            id_high INTEGER NOT NULL,
            id_low INTEGER NOT NULL,
            neighbours BLOB NOT NULL,
            PRIMARY KEY (product_id, time DESC, id_high DESC, id_low DESC)
        ) STRICT, WITHOUT ROWID;
        -- The visits of sessions that are longer than their rows.
        CREATE TABLE long_visits (
            session INTEGER NOT NULL,
            product_id INTEGER NOT NULL,
            time INTEGER NOT NULL,
            id_high INTEGER NOT NULL,
            id_low INTEGER NOT NULL,
            PRIMARY KEY (session, product_id)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE products ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0;
        -- What the newest interaction that names a category says, and which that is.
        ALTER TABLE products ADD COLUMN category INTEGER;
        ALTER TABLE products ADD COLUMN brand TEXT;
        ALTER TABLE products ADD COLUMN named_time INTEGER;
        ALTER TABLE products ADD COLUMN named_high INTEGER;
        ALTER TABLE products ADD COLUMN named_low INTEGER;
        CREATE INDEX products_by_category ON products (category, sessions DESC, product_id, brand)
            WHERE category IS NOT NULL;
        -- Products of few sessions come and go; who asks for the most visited seldom needs them.
        CREATE INDEX products_by_sessions ON products (sessions DESC, product_id) WHERE sessions >= 8;
        CREATE TABLE categories (category INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        -- The sums of the products' sessions; an empty brand stands for none.
        CREATE TABLE shelves (
            category INTEGER NOT NULL,
            brand TEXT NOT NULL,
            sessions INTEGER NOT NULL,
            PRIMARY KEY (category, brand)
        ) STRICT, WITHOUT ROWID;
        -- The interaction up to which those of before are in these tables; no row once all are.
        CREATE TABLE co_view_backfill (
            singleton INTEGER PRIMARY KEY CHECK (singleton = 0),
            user_id INTEGER NOT NULL,
            time INTEGER NOT NULL,
            id_high INTEGER NOT NULL,
            id_low INTEGER NOT NULL,
            done INTEGER NOT NULL
        ) STRICT;
        INSERT INTO co_view_backfill SELECT 0, -1, 0, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM interactions);
        """
}
