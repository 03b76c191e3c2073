import Events
import SQLite

/// Takes a user out of the graph, within a transaction, and updates the totals.
struct GraphErasing {
    let connection: Connection

    /// - Returns: How many interactions were removed.
    func erase(userID: Int64, receivedUntil time: Timestamp) throws(SQLiteError) -> Int {
        try Tombstones(connection: connection).put(userID: userID, receivedUntil: time)
        try CoViewErasing(connection: connection).erase(userID: userID)
        // Nothing finds the interactions of a product but a look at all: this is rare.
        try connection.run(
            """
            DELETE FROM products
            WHERE product_id IN (SELECT product_id FROM interactions WHERE user_id = ?1)
                AND product_id NOT IN (SELECT product_id FROM interactions WHERE user_id <> ?1)
            """, userID)
        let products = connection.changes
        try connection.run(
            """
            UPDATE totals_by_type SET interactions = interactions - counts.count
            FROM (SELECT type, count(*) AS count FROM interactions WHERE user_id = ? GROUP BY type) AS counts
            WHERE totals_by_type.type = counts.type
            """, userID)
        try connection.run("DELETE FROM totals_by_type WHERE interactions = 0")
        try connection.run("DELETE FROM interactions WHERE user_id = ?", userID)
        let interactions = connection.changes
        try connection.run("DELETE FROM users WHERE user_id = ?", userID)
        try connection.run(
            "UPDATE totals SET users = users - ?, products = products - ?", connection.changes, products)
        return interactions
    }
}
