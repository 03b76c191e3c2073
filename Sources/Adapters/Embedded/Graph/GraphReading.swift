import Events
import JSON
import SQLite
import Stores

/// Reads the graph at one moment.
struct GraphReading {
    /// The most events that one page looks at: a page of one type would otherwise look at all of a long history when
    /// there are few of that type, or none.
    static let reach = 10_000

    let connection: Connection

    func history(_ query: HistoryQuery) throws(SQLiteError) -> HistoryPage {
        // A place before every event, in the order of a history.
        let start =
            query.after ?? HistoryCursor(time: Timestamp(microseconds: .max), id: EventID(high: .max, low: .max))
        let end = query.type == nil ? nil : try place(Self.reach, behind: start, of: query.userID)
        let rows = try connection.query(
            """
            SELECT product_id, type, time, id_high, id_low, session, price, quantity, brand, category_code, properties,
                defaulted, user_id
            FROM interactions
            WHERE user_id = ?1 AND (time, id_high, id_low) < (?2, ?3, ?4)
                AND (time, id_high, id_low) >= (?7, ?8, ?9) AND (?5 IS NULL OR type = ?5)
            ORDER BY time DESC, id_high DESC, id_low DESC LIMIT ?6
            """, query.userID, start.time.microseconds, start.id.highColumn, start.id.lowColumn, query.type?.column,
            query.limit + 1, end?.time.microseconds ?? .min, end?.id.highColumn ?? .min, end?.id.lowColumn ?? .min
        ) { row throws(SQLiteError) in try Event(graphRow: row) }
        var page = HistoryPage(query: query, candidates: rows)
        page.next = page.next ?? end
        return page
    }

    /// The place behind the `count`th event after `start`; nil if the history ends there or before.
    private func place(
        _ count: Int, behind start: HistoryCursor, of userID: Int64
    ) throws(SQLiteError) -> HistoryCursor? {
        try connection.first(
            """
            SELECT time, id_high, id_low FROM interactions WHERE user_id = ?1 AND (time, id_high, id_low) < (?2, ?3, ?4)
            ORDER BY time DESC, id_high DESC, id_low DESC LIMIT 1 OFFSET ?5
            """, userID, start.time.microseconds, start.id.highColumn, start.id.lowColumn, count - 1
        ) { row in
            HistoryCursor(
                time: Timestamp(microseconds: row.int64(0)),
                id: EventID(highColumn: row.int64(1), lowColumn: row.int64(2)))
        }
    }

    func statistics() throws(SQLiteError) -> GraphStatistics {
        let totals = try connection.first("SELECT users, products FROM totals") { row in (row.int(0), row.int(1)) }
        var byType: [EventType: Int] = [:]
        try connection.forEach("SELECT type, interactions FROM totals_by_type") { row throws(SQLiteError) in
            byType[try EventType(column: row.int64(0))] = row.int(1)
        }
        return GraphStatistics(users: totals?.0 ?? 0, products: totals?.1 ?? 0, interactionsByType: byType)
    }
}

extension Connection {
    /// The event of that id in the graph; nil if there is none.
    func storedInGraph(_ id: EventID) throws(SQLiteError) -> StoredEvent? {
        try first(
            """
            SELECT product_id, type, time, id_high, id_low, session, price, quantity, brand, category_code, properties,
                defaulted, user_id
            FROM interactions WHERE id_high = ? AND id_low = ?
            """, id.highColumn, id.lowColumn
        ) { row throws(SQLiteError) in
            StoredEvent(
                try Event(graphRow: row),
                fields: row.isNull(11) ? ContentFields.all.subtracting(.fillable) : .all)
        }
    }

    /// How many rows of `interactions` have each of these ids; both embedded stores have this table.
    func occurrences(of ids: [EventID]) throws(SQLiteError) -> [EventID: Int] {
        var found: [EventID: Int] = [:]
        for id in Set(ids) {
            let count = try first(
                "SELECT count(*) FROM interactions WHERE id_high = ? AND id_low = ?", id.highColumn, id.lowColumn
            ) { row in row.int(0) }
            if let count, count > 0 { found[id] = count }
        }
        return found
    }
}

extension Event {
    /// The event of a row: product, type, time, id, session, price, quantity, brand, category, properties, defaulted,
    /// user.
    fileprivate init(graphRow row: borrowing Row) throws(SQLiteError) {
        self.init(
            id: EventID(highColumn: row.int64(3), lowColumn: row.int64(4)), userID: row.int64(12),
            productID: row.int64(0), type: try EventType(column: row.int64(1)), session: row.string(5),
            time: Timestamp(microseconds: row.int64(2)), price: row.optionalDouble(6), quantity: row.optionalInt64(7),
            brand: row.optionalString(8), categoryCode: row.optionalString(9))
        defaulted = ContentFields(column: row.optionalInt64(11) ?? 0)
        if !row.isNull(10) {
            guard let properties = try? JSONValue(parsing: row.bytes(10)) else {
                throw SQLiteError(.corrupt, message: "the properties of event \(id) are not JSON")
            }
            self.properties = properties
        }
    }
}
