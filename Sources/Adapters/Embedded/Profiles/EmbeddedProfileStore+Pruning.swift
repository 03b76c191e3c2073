package import Events
import SQLite
package import Stores

extension EmbeddedProfileStore {
    /// Some users a transaction, with their profiles. See ``ProfileStore``.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        var count = 0
        var last = Int64.min
        while true {
            let after = last
            let users = try await database.read { connection in
                try connection.query(
                    "SELECT user_id FROM profiles WHERE user_id > ? ORDER BY user_id LIMIT ?", after,
                    Self.rebuiltAtOnce
                ) { row in row.int64(0) }
            }
            guard let first = users.first, let end = users.last else { return count }
            last = end
            let removed = try await prune(first...end, before: time)
            count += removed
            if removed > 0 { progress(count) }
        }
    }

    private func prune(_ users: ClosedRange<Int64>, before time: Timestamp) async throws(StoreError) -> Int {
        try await write { writing, vectors throws(SQLiteError) in
            let connection = writing.connection
            let changed = try connection.query(
                "SELECT DISTINCT user_id FROM interactions WHERE user_id BETWEEN ? AND ? AND time < ?",
                users.lowerBound, users.upperBound, time.microseconds
            ) { row in row.int64(0) }
            guard !changed.isEmpty else { return 0 }
            try connection.run(
                "DELETE FROM interactions WHERE user_id BETWEEN ? AND ? AND time < ?", users.lowerBound,
                users.upperBound, time.microseconds)
            let removed = connection.changes
            try connection.run("UPDATE settings SET interactions = interactions - ?", removed)
            try vectors.refresh(connection, formula: writing.formula)
            for user in changed { _ = try writing.rebuild(user, &vectors) }
            return removed
        }
    }

    /// Looks at all interactions. See ``ProfileStore``.
    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try await database.read { connection in
            try connection.first("SELECT count(*) FROM interactions WHERE time < ?", time.microseconds) { $0.int(0) }
                ?? 0
        }
    }
}
