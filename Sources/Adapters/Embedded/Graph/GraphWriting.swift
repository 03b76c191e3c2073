import Events
import JSON
import SQLite
import Stores

/// Writes one batch into the graph, within a transaction, and updates the totals.
struct GraphWriting {
    private let connection: Connection
    private var users = 0
    private var products = 0
    private var byType: [EventType: Int] = [:]

    init(_ connection: Connection) {
        self.connection = connection
    }

    mutating func apply(_ batch: InteractionBatch) throws(SQLiteError) -> AppliedBatch {
        var batch = batch
        var applied = AppliedBatch(erased: try Tombstones(connection: connection).removeErased(from: &batch))
        let backfill = try CoViewBackfill.pending(connection)
        var touches: [Touch] = []
        for event in batch.events {
            guard try insert(event) else {
                applied.add(event, found: try connection.storedInGraph(event.id))
                continue
            }
            byType[event.type, default: 0] += 1
            try connection.run("INSERT OR IGNORE INTO users VALUES (?)", event.userID)
            users += connection.changes
            try connection.run("INSERT OR IGNORE INTO products (product_id) VALUES (?)", event.productID)
            products += connection.changes
            // What the backfill has not come to is left to it.
            if let touch = Touch(event), backfill?.hasPassed(touch.key, of: event.userID) ?? true {
                touches.append(touch)
            }
        }
        var coViews = CoViewWriting(connection)
        try coViews.add(touches)
        try coViews.finish()
        for event in batch.rivals { applied.add(event, found: try connection.storedInGraph(event.id)) }
        applied.inserted = byType.values.reduce(0, +)
        if applied.inserted > 0 { try addTotals() }
        return applied
    }

    /// False if the store had the event before: the first write of an id is kept.
    private func insert(_ event: Event) throws(SQLiteError) -> Bool {
        var properties: String?
        if let value = event.properties {
            var json = JSONWriter()
            json.value(value)
            properties = String(decoding: json.bytes, as: UTF8.self)
        }
        try connection.run(
            "INSERT OR IGNORE INTO interactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            event.userID, event.time.microseconds, event.id.highColumn, event.id.lowColumn, event.type.column,
            event.productID, event.session, event.price, event.quantity, event.brand, event.categoryCode, properties,
            event.defaulted.column)
        return connection.changes == 1
    }

    private func addTotals() throws(SQLiteError) {
        try connection.run("UPDATE totals SET users = users + ?, products = products + ?", users, products)
        for (type, count) in byType {
            try connection.run(
                """
                INSERT INTO totals_by_type VALUES (?, ?)
                ON CONFLICT DO UPDATE SET interactions = interactions + excluded.interactions
                """, type.column, count)
        }
    }
}
