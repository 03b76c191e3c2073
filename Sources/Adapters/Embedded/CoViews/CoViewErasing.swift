import Events
import SQLite
import Stores

/// Takes a user out of the tables of co-views, within the transaction of an erasure, while the interactions are there.
struct CoViewErasing {
    let connection: Connection

    func erase(userID: Int64) throws(SQLiteError) {
        let backfill = try CoViewBackfill.pending(connection)
        let own = try connection.query(
            """
            SELECT product_id, time, id_high, id_low, session, category_code, brand FROM interactions
            WHERE user_id = ? AND type <> ?
            """, userID, EventType.removeFromCart.column
        ) { row in Touch(row: row) }
        .filter { backfill?.hasPassed($0.key, of: userID) ?? true }
        guard !own.isEmpty else { return }
        var writing = CoViewWriting(connection)
        var shared: Set<[UInt8]> = []
        for (name, touches) in Dictionary(grouping: own, by: { Array($0.session.utf8) }) {
            guard let session = try connection.session(named: touches[0].session) else { continue }
            if session.touches.isFull || session.touches.count > touches.count { shared.insert(name) }
            try remove(touches[0].session, session.id, session.touches, &writing)
        }
        let namedByUser = try productsNamed(by: own)
        for product in namedByUser { writing.change(product) { $0.forgetsPlace = true } }
        try addOthers(than: userID, of: shared, naming: namedByUser, backfill, &writing)
        try writing.finish()
        // Names of what is gone.
        try connection.run("DELETE FROM categories WHERE category NOT IN (SELECT category FROM shelves)")
    }

    private func remove(
        _ name: String, _ session: Int64, _ touches: SessionTouches, _ writing: inout CoViewWriting
    ) throws(SQLiteError) {
        var visits = touches.newest
        if touches.isFull {
            try connection.forEach(
                "SELECT product_id, time, id_high, id_low FROM long_visits WHERE session = ?", session
            ) { row in visits[row.int64(0)] = TouchKey(time: row.int64(1), high: row.int64(2), low: row.int64(3)) }
            try connection.run("DELETE FROM long_visits WHERE session = ?", session)
        }
        for (product, key) in visits {
            try connection.run(
                "DELETE FROM visits WHERE product_id = ? AND time = ? AND id_high = ? AND id_low = ?", product,
                key.time,
                key.high, key.low)
            writing.change(product) { $0.sessions -= 1 }
        }
        try connection.run("DELETE FROM session_names WHERE name = ?", name)
        try connection.run("DELETE FROM sessions WHERE session = ?", session)
    }

    /// The products whose place one of these touches says.
    private func productsNamed(by touches: [Touch]) throws(SQLiteError) -> Set<Int64> {
        var named: Set<Int64> = []
        for touch in touches where touch.place != nil {
            let key = try connection.first(
                "SELECT named_time, named_high, named_low FROM products WHERE product_id = ? AND category IS NOT NULL",
                touch.productID
            ) { row in TouchKey(time: row.int64(0), high: row.int64(1), low: row.int64(2)) }
            if key == touch.key { named.insert(touch.productID) }
        }
        return named
    }

    /// Adds what others did in sessions that were removed, and what they say about places. Nothing finds the
    /// interactions of a session or a product but a look at all: this is rare.
    private func addOthers(
        than userID: Int64, of sessions: Set<[UInt8]>, naming products: Set<Int64>, _ backfill: CoViewBackfill?,
        _ writing: inout CoViewWriting
    ) throws(SQLiteError) {
        guard !sessions.isEmpty || !products.isEmpty else { return }
        var others: [Touch] = []
        try connection.forEach(
            """
            SELECT product_id, time, id_high, id_low, session, category_code, brand, user_id FROM interactions
            WHERE user_id <> ?1 AND type <> ?2 AND (
                session IN (SELECT session FROM interactions WHERE user_id = ?1)
                OR product_id IN (SELECT product_id FROM interactions WHERE user_id = ?1))
            """, userID, EventType.removeFromCart.column
        ) { row in
            let touch = Touch(row: row)
            guard backfill?.hasPassed(touch.key, of: row.int64(7)) ?? true else { return }
            if sessions.contains(Array(touch.session.utf8)) { others.append(touch) }
            if products.contains(touch.productID) {
                writing.change(touch.productID) { $0.name(touch.place, at: touch.key) }
            }
        }
        try writing.add(others)
    }
}
