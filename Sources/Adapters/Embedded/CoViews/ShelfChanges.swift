import SQLite

/// What the products of a transaction add to the sums of their categories and brands.
struct ShelfChanges {
    private struct Shelf: Hashable {
        let category: Int64
        /// In UTF-8: texts that Swift holds for equal may be two to SQLite.
        let brand: [UInt8]
    }

    private var added: [Shelf: Int] = [:]
    private var categories: [[UInt8]: Int64] = [:]

    mutating func add(_ sessions: Int, _ category: Int64, _ brand: String) {
        added[Shelf(category: category, brand: Array(brand.utf8)), default: 0] += sessions
    }

    /// The number of a category, which is made if there is none.
    mutating func category(named name: String, _ connection: Connection) throws(SQLiteError) -> Int64 {
        let key = Array(name.utf8)
        if let known = categories[key] { return known }
        var category = try connection.first("SELECT category FROM categories WHERE name = ?", name) { $0.int64(0) }
        if category == nil {
            try connection.run("INSERT INTO categories (name) VALUES (?)", name)
            category = connection.lastInsertRowID
        }
        categories[key] = category
        return category ?? 0
    }

    mutating func write(_ connection: Connection) throws(SQLiteError) {
        for (shelf, sessions) in added where sessions != 0 {
            let brand = String(decoding: shelf.brand, as: UTF8.self)
            try connection.run(
                """
                INSERT INTO shelves VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions
                """, shelf.category, brand, sessions)
            guard sessions < 0 else { continue }
            try connection.run(
                "DELETE FROM shelves WHERE category = ? AND brand = ? AND sessions = 0", shelf.category, brand)
        }
        added = [:]
    }
}
