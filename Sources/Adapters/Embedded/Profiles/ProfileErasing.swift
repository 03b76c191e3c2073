import Events
import SQLite

/// Takes a user out of the profiles, within a transaction.
struct ProfileErasing {
    let connection: Connection

    /// - Returns: How many interactions were removed.
    func erase(userID: Int64, receivedUntil time: Timestamp) throws(SQLiteError) -> Int {
        try Tombstones(connection: connection).put(userID: userID, receivedUntil: time)
        try connection.run("DELETE FROM interactions WHERE user_id = ?", userID)
        let interactions = connection.changes
        try connection.run("UPDATE settings SET interactions = interactions - ?", interactions)
        try connection.run("DELETE FROM profiles WHERE user_id = ?", userID)
        return interactions
    }
}
