import Events
import SQLite
import Stores

/// The erased users, within a transaction: in the table `erased_users`, which each store has in its own file.
struct Tombstones {
    /// Until when events of a user that were received count as erased, in microseconds since 1970.
    static let migration = """
        CREATE TABLE erased_users (user_id INTEGER PRIMARY KEY, received_until INTEGER NOT NULL) STRICT;
        """

    let connection: Connection

    /// Of several times the latest stays.
    func put(userID: Int64, receivedUntil time: Timestamp) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO erased_users VALUES (?, ?)
            ON CONFLICT DO UPDATE SET received_until = max(received_until, excluded.received_until)
            """, userID, time.microseconds)
    }

    /// Takes the events of before out of a batch. No other transaction can write between this look and the commit.
    ///
    /// - Returns: How many events were taken out.
    func removeErased(from batch: inout InteractionBatch) throws(SQLiteError) -> Int {
        // Most shops erase nobody for weeks.
        guard try connection.first("SELECT 1 FROM erased_users LIMIT 1", row: { _ in true }) == true else { return 0 }
        return batch.removeErased(try read(of: batch.users))
    }

    /// The times of those of these users that were erased.
    func read(of users: [Int64]) throws(SQLiteError) -> [Int64: Timestamp] {
        var found: [Int64: Timestamp] = [:]
        for user in users {
            found[user] = try connection.first("SELECT received_until FROM erased_users WHERE user_id = ?", user) {
                row in
                Timestamp(microseconds: row.int64(0))
            }
        }
        return found
    }
}
