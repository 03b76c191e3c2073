import Events
import SQLite

/// Takes interactions from before a time out of the graph, within transactions, and updates the totals.
struct GraphPruning {
    /// How many users one transaction looks at: other writers need their turn in between.
    private static let usersAtOnce = 200

    let connection: Connection
    let time: Timestamp

    /// Removes the interactions from before of the next users.
    ///
    /// - Returns: How many were removed; the last user that was looked at, nil when there are no more.
    func step(after user: Int64) throws(SQLiteError) -> (removed: Int, lastUser: Int64?) {
        let users = try connection.query(
            "SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?", user, Self.usersAtOnce
        ) { row in row.int64(0) }
        guard let first = users.first, let last = users.last else { return (0, nil) }
        try connection.run(
            """
            UPDATE totals_by_type SET interactions = interactions - counts.count
            FROM (
                SELECT type, count(*) AS count FROM interactions
                WHERE user_id BETWEEN ? AND ? AND time < ? GROUP BY type
            ) AS counts
            WHERE totals_by_type.type = counts.type
            """, first, last, time.microseconds)
        try connection.run(
            "DELETE FROM interactions WHERE user_id BETWEEN ? AND ? AND time < ?", first, last, time.microseconds)
        let removed = connection.changes
        guard removed > 0 else { return (0, last) }
        try connection.run("DELETE FROM totals_by_type WHERE interactions = 0")
        // From now on the co-views hold what is gone; a process that dies here leaves that to the next pruning.
        try connection.run("INSERT OR IGNORE INTO pruning VALUES (0)")
        try connection.run(
            """
            DELETE FROM users WHERE user_id BETWEEN ?1 AND ?2
                AND NOT EXISTS (SELECT 1 FROM interactions WHERE interactions.user_id = users.user_id)
            """, first, last)
        try connection.run("UPDATE totals SET users = users - ?", connection.changes)
        return (removed, last)
    }

    /// Removes products without interactions and everything that follows from interactions, which is then taken in anew;
    /// does nothing unless interactions were removed since this was done last.
    func finish() throws(SQLiteError) {
        guard try connection.first("SELECT 1 FROM pruning", row: { $0.int(0) }) != nil else { return }
        try connection.run("DELETE FROM products WHERE product_id NOT IN (SELECT product_id FROM interactions)")
        try connection.run("UPDATE totals SET products = products - ?", connection.changes)
        try connection.execute(
            """
            DELETE FROM session_names;
            DELETE FROM sessions;
            DELETE FROM visits;
            DELETE FROM long_visits;
            DELETE FROM shelves;
            DELETE FROM categories;
            UPDATE products SET sessions = 0, category = NULL, brand = NULL, named_time = NULL, named_high = NULL,
                named_low = NULL;
            DELETE FROM co_view_backfill;
            INSERT INTO co_view_backfill SELECT 0, -1, 0, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM interactions);
            DELETE FROM pruning;
            """)
    }
}
