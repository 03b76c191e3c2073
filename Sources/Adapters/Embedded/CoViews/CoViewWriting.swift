import SQLite
import Stores

/// Adds touches to the tables of co-views, within the transaction that stores them. Each table is written once for all
/// touches of a session, a product or a category.
struct CoViewWriting {
    let connection: Connection
    private var products: [Int64: ProductChange] = [:]
    private var shelves = ShelfChanges()

    /// What becomes of a product.
    struct ProductChange {
        var sessions = 0
        var named: (key: TouchKey, place: ProductPlace)?
        /// Whether what is stored of its place does not count any more.
        var forgetsPlace = false

        mutating func name(_ place: ProductPlace?, at key: TouchKey) {
            guard let place, named.map({ $0.key < key }) ?? true else { return }
            named = (key, place)
        }
    }

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Changes what is known of a product when ``finish()`` is called.
    mutating func change(_ productID: Int64, _ change: (inout ProductChange) -> Void) {
        change(&products[productID, default: ProductChange()])
    }

    /// Adds touches that were not there before; ``finish()`` ends what this begins.
    mutating func add(_ touches: [Touch]) throws(SQLiteError) {
        // By bytes, as SQLite compares: texts that Swift holds for equal may be names of two sessions.
        for (_, group) in Dictionary(grouping: touches, by: { Array($0.session.utf8) }) {
            try add(toOneSession: group)
        }
        for touch in touches where touch.place != nil {
            change(touch.productID) { $0.name(touch.place, at: touch.key) }
        }
    }

    /// Writes what has changed of products and categories.
    mutating func finish() throws(SQLiteError) {
        for (productID, change) in products { try update(productID, change) }
        try shelves.write(connection)
        products = [:]
    }

    // MARK: - Sessions

    private mutating func add(toOneSession touches: [Touch]) throws(SQLiteError) {
        let name = touches[0].session
        let found = try connection.session(named: name, from: touches.map(\.key.time).min())
        let before = found?.touches ?? SessionTouches()
        var after = before
        var changed = (row: false, sequence: false)
        for touch in touches {
            let change = after.insert(touch)
            changed = (changed.row || change.row, changed.sequence || change.sequence)
        }
        let session: Int64
        if let found {
            session = found.id
            if changed.row {
                try connection.run(
                    "UPDATE sessions SET closing_time = ?, touches = ? WHERE session = ?", after.closingTime, after.row,
                    session)
            }
        } else {
            try connection.run(
                "INSERT INTO sessions (closing_time, touches) VALUES (?, ?)", after.closingTime, after.row)
            session = connection.lastInsertRowID
            try connection.run("INSERT INTO session_names VALUES (?, ?)", name, session)
        }
        var newest: [Int64: TouchKey] = [:]
        for touch in touches { newest[touch.productID] = max(newest[touch.productID] ?? touch.key, touch.key) }
        let neighbours = changed.sequence ? Neighbours.changes(from: before.sequence, to: after.sequence) : [:]
        for productID in Set(newest.keys).union(neighbours.keys) {
            let old =
                before.isFull
                ? try connection.longVisit(of: session, productID)
                : before.newest(of: productID)
            guard let key = [old, newest[productID]].compactMap({ $0 }).max() else { continue }
            try visit(productID, from: old, to: key, neighbours[productID])
            if before.isFull, old != key { try connection.putLongVisit(of: session, productID, key) }
        }
        guard after.isFull, !before.isFull else { return }
        // From here on, the row does not tell all of the session's visits.
        for (productID, key) in before.newest.merging(newest, uniquingKeysWith: { max($0, $1) }) {
            try connection.putLongVisit(of: session, productID, key)
        }
    }

    /// - Parameter neighbours: Nil if they are as before.
    private mutating func visit(
        _ productID: Int64, from old: TouchKey?, to key: TouchKey, _ neighbours: [UInt8]?
    ) throws(SQLiteError) {
        if let old, old != key {
            try connection.run(
                """
                UPDATE visits SET time = ?, id_high = ?, id_low = ?, neighbours = ifnull(?, neighbours)
                WHERE product_id = ? AND time = ? AND id_high = ? AND id_low = ?
                """, key.time, key.high, key.low, neighbours, productID, old.time, old.high, old.low)
        } else if old != nil {
            guard let neighbours else { return }
            try connection.run(
                """
                UPDATE visits SET neighbours = ? WHERE product_id = ? AND time = ? AND id_high = ? AND id_low = ?
                """, neighbours, productID, key.time, key.high, key.low)
        } else {
            try connection.run(
                "INSERT INTO visits VALUES (?, ?, ?, ?, ?)", productID, key.time, key.high, key.low, neighbours ?? [])
            change(productID) { $0.sessions += 1 }
        }
    }

    // MARK: - Products

    private mutating func update(_ productID: Int64, _ change: ProductChange) throws(SQLiteError) {
        let old = try connection.first(
            "SELECT sessions, category, brand, named_time, named_high, named_low FROM products WHERE product_id = ?",
            productID
        ) { row in
            (
                sessions: row.int(0), category: row.optionalInt64(1), brand: row.string(2),
                named: TouchKey(time: row.int64(3), high: row.int64(4), low: row.int64(5))
            )
        }
        // The interaction made the row, or an erasure has removed it together with all that there was of it.
        guard let old else { return }
        var category = change.forgetsPlace ? nil : old.category
        var brand = change.forgetsPlace ? "" : old.brand
        var named = old.named
        if let new = change.named, category == nil || old.named < new.key {
            category = try shelves.category(named: new.place.category, connection)
            brand = new.place.brand ?? ""
            named = new.key
        }
        let sessions = old.sessions + change.sessions
        if let category = old.category { shelves.add(-old.sessions, category, old.brand) }
        if let category { shelves.add(sessions, category, brand) }
        // What a statement does not name, no index has to follow.
        if category == old.category, brand == old.brand {
            if change.sessions != 0 {
                try connection.run("UPDATE products SET sessions = ? WHERE product_id = ?", sessions, productID)
            }
            if named != old.named {
                try connection.run(
                    "UPDATE products SET named_time = ?, named_high = ?, named_low = ? WHERE product_id = ?",
                    named.time, named.high, named.low, productID)
            }
        } else if let category {
            try connection.run(
                """
                UPDATE products SET sessions = ?, category = ?, brand = ?, named_time = ?, named_high = ?, named_low = ?
                WHERE product_id = ?
                """, sessions, category, brand.isEmpty ? nil : brand, named.time, named.high, named.low, productID)
        } else {
            try connection.run(
                """
                UPDATE products SET sessions = ?, category = NULL, brand = NULL, named_time = NULL, named_high = NULL,
                    named_low = NULL WHERE product_id = ?
                """, sessions, productID)
        }
    }
}

extension Connection {
    /// A session, by its name; nil if nothing has touched a product in it.
    ///
    /// - Parameter time: The time of the oldest touch that shall be added; nil where the session is to be read.
    func session(
        named name: String, from time: Int64? = nil
    ) throws(SQLiteError) -> (id: Int64, touches: SessionTouches)? {
        try first(
            """
            SELECT session, CASE WHEN closing_time < ? THEN NULL ELSE touches END
            FROM session_names JOIN sessions USING (session) WHERE name = ?
            """, time, name
        ) { row in (row.int64(0), SessionTouches(row: row.isNull(1) ? nil : row.bytes(1))) }
    }

    fileprivate func longVisit(of session: Int64, _ productID: Int64) throws(SQLiteError) -> TouchKey? {
        try first(
            "SELECT time, id_high, id_low FROM long_visits WHERE session = ? AND product_id = ?", session, productID
        ) { row in TouchKey(time: row.int64(0), high: row.int64(1), low: row.int64(2)) }
    }

    fileprivate func putLongVisit(of session: Int64, _ productID: Int64, _ key: TouchKey) throws(SQLiteError) {
        try run(
            """
            INSERT INTO long_visits VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET time = excluded.time, id_high = excluded.id_high, id_low = excluded.id_low
            """, session, productID, key.time, key.high, key.low)
    }
}
