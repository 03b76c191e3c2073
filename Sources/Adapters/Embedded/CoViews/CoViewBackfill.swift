import Events
import SQLite
import Stores

/// Takes the interactions of before into the tables of co-views, some of them a transaction, in the order of the table.
///
/// Until it has come to its end, a new interaction that it has passed is taken in at once, and one that it has not is
/// left to it. So each is taken in once, whoever writes in between and wherever a process dies.
struct CoViewBackfill {
    /// How many interactions are taken in at once: other writers need their turn in between.
    static let stride = 2_000

    /// The last interaction that is in the tables.
    private let userID: Int64
    private let key: TouchKey
    private let done: Int

    /// Nil when all interactions are in the tables.
    static func pending(_ connection: Connection) throws(SQLiteError) -> CoViewBackfill? {
        try connection.first("SELECT user_id, time, id_high, id_low, done FROM co_view_backfill") { row in
            CoViewBackfill(
                userID: row.int64(0), key: TouchKey(time: row.int64(1), high: row.int64(2), low: row.int64(3)),
                done: row.int(4))
        }
    }

    /// Whether an interaction stands before the place that this has come to.
    func hasPassed(_ key: TouchKey, of userID: Int64) -> Bool {
        userID != self.userID ? userID < self.userID : key >= self.key
    }

    /// Takes in all interactions that are not in the tables yet. A failure ends it: the next opening goes on.
    static func run(in database: StoreDatabase, _ onProgress: @Sendable (CoViewProgress?) -> Void) async {
        do throws(StoreError) {
            guard try await database.read({ try pending($0) != nil }) else { return }
            while !Task.isCancelled {
                do throws(StoreError) {
                    let progress = try await database.write { try step($0) }
                    onProgress(progress)
                    if progress == nil { return }
                } catch {
                    // Another process may write for longer than this one waits for it.
                    guard error.code == .transient else { throw error }
                }
            }
        } catch {}
    }

    /// Takes in the next interactions.
    ///
    /// - Returns: How far this has come; nil when there is nothing left to do.
    static func step(_ connection: Connection) throws(SQLiteError) -> CoViewProgress? {
        guard let pending = try pending(connection) else { return nil }
        let rows = try connection.query(
            """
            SELECT product_id, time, id_high, id_low, session, category_code, brand, user_id, type FROM interactions
            WHERE user_id = ?1 AND (time, id_high, id_low) < (?2, ?3, ?4)
            ORDER BY time DESC, id_high DESC, id_low DESC LIMIT ?5
            """, pending.userID, pending.key.time, pending.key.high, pending.key.low, stride, row: Passed.init)
        let others =
            rows.count == stride
            ? []
            : try connection.query(
                """
                SELECT product_id, time, id_high, id_low, session, category_code, brand, user_id, type FROM interactions
                WHERE user_id > ?1 ORDER BY user_id, time DESC, id_high DESC, id_low DESC LIMIT ?2
                """, pending.userID, stride - rows.count, row: Passed.init)
        let all = rows + others
        var writing = CoViewWriting(connection)
        try writing.add(all.filter(\.isTouch).map(\.touch))
        try writing.finish()
        guard let last = all.last, all.count == stride else {
            try connection.run("DELETE FROM co_view_backfill")
            return nil
        }
        try connection.run(
            "UPDATE co_view_backfill SET user_id = ?, time = ?, id_high = ?, id_low = ?, done = done + ?", last.userID,
            last.touch.key.time, last.touch.key.high, last.touch.key.low, all.count)
        let total = try connection.first("SELECT sum(interactions) FROM totals_by_type") { $0.int(0) }
        return CoViewProgress(done: pending.done + all.count, total: total ?? 0)
    }

    private struct Passed {
        let touch: Touch
        let userID: Int64
        let isTouch: Bool

        init(row: borrowing Row) {
            touch = Touch(row: row)
            userID = row.int64(7)
            isTouch = row.int64(8) != EventType.removeFromCart.column
        }
    }
}

/// How far the interactions of before have been taken in.
package struct CoViewProgress: Sendable, Hashable {
    /// How many interactions were looked at.
    package var done: Int
    /// How many there are.
    package var total: Int

    /// Whether people should hear of it: there are hundreds of steps in a large graph.
    package var isMilestone: Bool { done == CoViewBackfill.stride || done.isMultiple(of: 50 * CoViewBackfill.stride) }
}
