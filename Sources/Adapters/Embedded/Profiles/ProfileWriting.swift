import Events
import SQLite
import Stores

/// Writes interactions and the profiles that follow from them, within a transaction.
///
/// A profile therefore always agrees with the stored interactions, and the later of two workers' transactions has seen
/// what the earlier wrote: comparing versions is unnecessary.
struct ProfileWriting {
    let connection: Connection
    let formula: ProfileFormula

    func apply(_ batch: InteractionBatch, _ vectors: inout ProductVectors) throws(SQLiteError) -> AppliedBatch {
        try vectors.refresh(connection, formula: formula)
        var batch = batch
        var applied = AppliedBatch(erased: try Tombstones(connection: connection).removeErased(from: &batch))
        var user: (id: Int64, added: ProfileCounts)?
        // The batch is sorted by user, so only one profile is open at a time.
        for event in batch.events {
            guard try insert(event) else {
                applied.add(event, found: try connection.storedInProfiles(event.id))
                continue
            }
            applied.inserted += 1
            try vectors.sightings.note(ProductSighting(of: event), connection)
            if let done = user, done.id != event.userID {
                try update(done.id, adding: done.added, &vectors)
                user = nil
            }
            var added = user?.added ?? ProfileCounts()
            added[event.type] += 1
            user = (event.userID, added)
        }
        if let user { try update(user.id, adding: user.added, &vectors) }
        for event in batch.rivals { applied.add(event, found: try connection.storedInProfiles(event.id)) }
        if applied.inserted > 0 {
            try connection.run("UPDATE settings SET interactions = interactions + ?", applied.inserted)
        }
        return applied
    }

    /// Recomputes a user's profile, counts included. False if the user has no interactions.
    func rebuild(_ userID: Int64, _ vectors: inout ProductVectors) throws(SQLiteError) -> Bool {
        var counts = ProfileCounts()
        try connection.forEach(
            "SELECT type, count(*) FROM interactions WHERE user_id = ? GROUP BY type", userID
        ) { row throws(SQLiteError) in counts[try EventType(column: row.int64(0))] = row.int(1) }
        try connection.run("DELETE FROM profiles WHERE user_id = ?", userID)
        guard counts.total > 0 else { return false }
        try update(userID, adding: counts, &vectors)
        return true
    }

    /// False if the store had the event before: the first write of an id is kept.
    private func insert(_ event: Event) throws(SQLiteError) -> Bool {
        try connection.run(
            "INSERT OR IGNORE INTO interactions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            event.userID, event.time.microseconds, event.id.highColumn, event.id.lowColumn, event.type.column,
            event.productID, event.categoryCode, event.brand, event.defaulted.column)
        return connection.changes == 1
    }

    private func update(
        _ userID: Int64, adding added: ProfileCounts, _ vectors: inout ProductVectors
    ) throws(SQLiteError) {
        var formula = formula
        formula.dimension = vectors.dimension
        var sum = ProfileSum(formula)
        try connection.forEach(
            """
            SELECT type, time, product_id, category_code, brand FROM interactions
            WHERE user_id = ? ORDER BY time DESC, id_high DESC, id_low DESC LIMIT ?
            """, userID, formula.window
        ) { row throws(SQLiteError) in
            let features = ProductFeatures(
                productID: row.int64(2), categoryCode: row.optionalString(3), brand: row.optionalString(4))
            sum.add(
                try EventType(column: row.int64(0)), at: Timestamp(microseconds: row.int64(1)),
                productID: features.productID, vector: try vectors.vector(features, connection))
        }
        let profile = sum.profile(of: userID, counts: [:])
        try connection.run(
            """
            INSERT INTO profiles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET views = views + ?2, carts = carts + ?3, purchases = purchases + ?4,
                removals = removals + ?5, last_event_time = ?6, recent_products = ?7, vector = ?8
            """, userID, added.views, added.carts, added.purchases, added.removals,
            profile.lastEventTime.microseconds, VectorColumn.bytes(profile.recentProducts),
            VectorColumn.bytes(profile.vector))
    }
}

/// A user's interactions by type, as columns.
struct ProfileCounts {
    var views = 0
    var carts = 0
    var purchases = 0
    var removals = 0

    subscript(type: EventType) -> Int {
        get {
            switch type {
            case .view: views
            case .cart: carts
            case .purchase: purchases
            case .removeFromCart: removals
            }
        }
        set {
            switch type {
            case .view: views = newValue
            case .cart: carts = newValue
            case .purchase: purchases = newValue
            case .removeFromCart: removals = newValue
            }
        }
    }

    var total: Int { views + carts + purchases + removals }

    /// By type; a type without any is absent.
    var byType: [EventType: Int] {
        Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0, self[$0]) }).filter { $0.value > 0 }
    }
}
