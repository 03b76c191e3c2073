import Events
import SQLite
import Stores

/// Reads profiles and vectors at one moment.
struct ProfileReading {
    let connection: Connection

    func profile(of userID: Int64) throws(SQLiteError) -> Profile? {
        try connection.first(
            """
            SELECT views, carts, purchases, removals, last_event_time, recent_products, vector
            FROM profiles WHERE user_id = ?
            """, userID
        ) { row in
            let counts = ProfileCounts(
                views: row.int(0), carts: row.int(1), purchases: row.int(2), removals: row.int(3))
            return Profile(
                userID: userID, vector: VectorColumn.vector(row.bytes(6)), counts: counts.byType,
                lastEventTime: Timestamp(microseconds: row.int64(4)),
                recentProducts: VectorColumn.products(row.bytes(5)))
        }
    }

    func statistics() throws(SQLiteError) -> ProfileStatistics {
        let counts = try connection.first(
            "SELECT (SELECT count(*) FROM profiles), (SELECT interactions FROM settings)"
        ) { row in (row.int(0), row.int(1)) }
        return ProfileStatistics(profiles: counts?.0 ?? 0, vectors: counts?.1 ?? 0)
    }

    /// Compares every profile.
    func nearestProfiles(to vector: [Float], limit: Int) throws(SQLiteError) -> [VectorMatch] {
        var nearest = NearestVectors<Int64>(to: vector, limit: limit)
        try connection.forEach("SELECT user_id, vector FROM profiles") { row in
            nearest.offer(row.int64(0), VectorColumn.vector(row.bytes(1)))
        }
        return nearest.matches.map { VectorMatch(point: .user($0.point), score: $0.score) }
    }

    /// Compares every interaction; the cache spares computing a vector for each row.
    func nearestInteractions(
        to vector: [Float], limit: Int, formula: ProfileFormula
    ) throws(SQLiteError) -> [VectorMatch] {
        var vectors = try ProductVectors(connection, formula: formula)
        var nearest = NearestVectors<EventID>(to: vector, limit: limit)
        try connection.forEach(
            "SELECT id_high, id_low, product_id, category_code, brand FROM interactions"
        ) { row throws(SQLiteError) in
            let features = ProductFeatures(
                productID: row.int64(2), categoryCode: row.optionalString(3), brand: row.optionalString(4))
            let id = EventID(highColumn: row.int64(0), lowColumn: row.int64(1))
            nearest.offer(id, try vectors.vector(features, connection))
        }
        return nearest.matches.map { VectorMatch(point: .interaction($0.point), score: $0.score) }
    }

    /// Compares every product, of which there are far fewer than interactions.
    func nearestProducts(
        to vector: [Float], excluding: Set<Int64>, limit: Int, formula: ProfileFormula
    ) throws -> [ProductMatch] {
        let vectors = try ProductVectors(connection, formula: formula)
        guard vector.count == vectors.dimension else {
            throw StoreError(
                .rejected,
                "the vector has \(vector.count) components, those of products have \(vectors.dimension): run "
                    + "`debias-events profile rebuild`, which computes the profiles from the catalogue's vectors")
        }
        var learned = NearestVectors<Int64>(to: vector, limit: limit)
        var sessions: [Int64: Int] = [:]
        try connection.forEach("SELECT product_id, vector, sessions FROM learned") { row in
            let own = VectorColumn.vector(row.bytes(1))
            guard own.count == vector.count else { return }
            sessions[row.int64(0)] = row.int(2)
            if !excluding.contains(row.int64(0)) { learned.offer(row.int64(0), own) }
        }
        let excluding = excluding.union(sessions.keys)
        var catalogue = NearestVectors<Int64>(to: vector, limit: limit)
        try connection.forEach("SELECT product_id, vector FROM products") { row in
            guard !excluding.contains(row.int64(0)) else { return }
            catalogue.offer(row.int64(0), VectorColumn.vector(row.bytes(1)))
        }
        var standIns = NearestVectors<Int64>(to: vector, limit: limit)
        try connection.forEach(
            """
            SELECT product_id, category_code, brand FROM product_features
            WHERE product_id NOT IN (SELECT product_id FROM products)
            """
        ) { row in
            let features = ProductFeatures(
                productID: row.int64(0), categoryCode: row.optionalString(1), brand: row.optionalString(2))
            guard !excluding.contains(features.productID) else { return }
            standIns.offer(features.productID, StandInVector.make(features, dimension: vector.count))
        }
        let all = [learned, catalogue, standIns].flatMap(\.matches)
        let unlearned = Set(standIns.matches.map(\.point))
        let matches = all.map {
            ProductMatch(
                productID: $0.point, score: $0.score, vector: $0.vector, isStandIn: unlearned.contains($0.point),
                sessions: sessions[$0.point] ?? 0)
        }
        return Array(matches.sorted { $0.precedes($1) }.prefix(limit))
    }

    func boughtProducts(of userID: Int64, limit: Int) throws(SQLiteError) -> [Int64] {
        try connection.query(
            """
            SELECT product_id FROM interactions WHERE user_id = ? AND type = ?
            GROUP BY product_id ORDER BY max(time) DESC, product_id LIMIT ?
            """, userID, EventType.purchase.column, limit
        ) { row in row.int64(0) }
    }
}

extension Connection {
    /// What the profiles keep of the event of that id; nil if they do not have it.
    func storedInProfiles(_ id: EventID) throws(SQLiteError) -> StoredEvent? {
        try first(
            """
            SELECT user_id, product_id, type, time, brand, category_code, defaulted
            FROM interactions WHERE id_high = ? AND id_low = ?
            """, id.highColumn, id.lowColumn
        ) { row throws(SQLiteError) in
            var event = Event(
                id: id, userID: row.int64(0), productID: row.int64(1), type: try EventType(column: row.int64(2)),
                session: "", time: Timestamp(microseconds: row.int64(3)), brand: row.optionalString(4),
                categoryCode: row.optionalString(5))
            event.defaulted = ContentFields(column: row.optionalInt64(6) ?? 0)
            let kept: ContentFields = [.userID, .productID, .eventType, .eventTime, .brand, .categoryCode]
            return StoredEvent(event, fields: row.isNull(6) ? kept.subtracting(.fillable) : kept)
        }
    }
}
