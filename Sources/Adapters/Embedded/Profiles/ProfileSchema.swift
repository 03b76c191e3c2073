import SQLite

/// The tables of `profiles.sqlite`.
///
/// Interactions hold what the profile formula reads, in the order in which it reads them. Their vectors are not stored:
/// each follows from the product's features, or comes from the catalogue, which is the table `products`.
enum ProfileSchema {
    /// "dEvP": marks the file as profiles.
    static let applicationID: Int32 = 0x6445_7650

    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE interactions (
                    user_id INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    id_high INTEGER NOT NULL,
                    id_low INTEGER NOT NULL,
                    type INTEGER NOT NULL,
                    product_id INTEGER NOT NULL,
                    category_code TEXT,
                    brand TEXT,
                    PRIMARY KEY (user_id, time DESC, id_high DESC, id_low DESC)
                ) STRICT, WITHOUT ROWID;
                CREATE UNIQUE INDEX interactions_by_id ON interactions (id_high, id_low);
                CREATE TABLE profiles (
                    user_id INTEGER PRIMARY KEY,
                    views INTEGER NOT NULL,
                    carts INTEGER NOT NULL,
                    purchases INTEGER NOT NULL,
                    removals INTEGER NOT NULL,
                    last_event_time INTEGER NOT NULL,
                    recent_products BLOB NOT NULL,
                    vector BLOB NOT NULL
                ) STRICT;
                CREATE TABLE products (product_id INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
                CREATE TABLE settings (
                    singleton INTEGER PRIMARY KEY CHECK (singleton = 0),
                    dimension INTEGER NOT NULL,
                    catalogue_version INTEGER NOT NULL,
                    interactions INTEGER NOT NULL
                ) STRICT;
                INSERT INTO settings VALUES (0, 0, 0, 0);
                """),
        // The fields that were filled in, as bits; NULL for events of before, of which nobody knows.
        Migration(version: 2, sql: "ALTER TABLE interactions ADD COLUMN defaulted INTEGER;"),
        // What is known of the products with an interaction; see ProductSighting.
        Migration(
            version: 3,
            sql: """
                CREATE TABLE product_features (
                    product_id INTEGER PRIMARY KEY,
                    day INTEGER NOT NULL,
                    category_code TEXT,
                    brand TEXT
                ) STRICT;
                INSERT INTO product_features
                SELECT product_id, time / 86400000000 - (time % 86400000000 < 0), category_code, brand
                FROM interactions WHERE true
                ON CONFLICT DO UPDATE SET day = excluded.day, category_code = excluded.category_code,
                    brand = excluded.brand
                WHERE (excluded.day, excluded.category_code IS NOT NULL, ifnull(excluded.category_code, ''),
                    excluded.brand IS NOT NULL, ifnull(excluded.brand, ''))
                > (day, category_code IS NOT NULL, ifnull(category_code, ''), brand IS NOT NULL, ifnull(brand, ''));
                """),
        Migration(version: 4, sql: Tombstones.migration),
        // What was learned of products; see LearnedVectorStore.
        Migration(
            version: 5,
            sql: """
                CREATE TABLE learned (
                    product_id INTEGER PRIMARY KEY,
                    sessions INTEGER NOT NULL,
                    vector BLOB NOT NULL
                ) STRICT;
                """),
    ]
}
