import BoltClient
import BoltWire
import Events
import Stores

/// Reads what a user did last.
struct ContextReading: Sendable {
    let reading: GraphReading
    /// How many interactions are looked through at first for distinct products.
    var firstLimit = 200

    private static let newest = """
        MATCH (:User {user_id: $user})-[r:INTERACTED]->(p:Product)
        WHERE r.event_at IS NOT NULL AND r.event_type IN $types
        RETURN p.product_id, r.event_at, r.event_type ORDER BY r.event_at DESC, r.event_id DESC LIMIT $limit
        """

    private static let touched = """
        MATCH (:User {user_id: $user})-[r:INTERACTED]->(p:Product)
        WHERE r.event_at IS NOT NULL AND r.event_type IN \(CoViewPatterns.touches)
        RETURN DISTINCT p.product_id LIMIT $limit
        """

    /// How many touched products are told.
    private static let mostTouched = 1_000_000

    func context(of user: Int64, limit: Int) async throws(BoltError) -> UserContext {
        var context = UserContext()
        var rowLimit = max(firstLimit, limit)
        while true {
            let rows = try await reading.read(
                Self.newest,
                [
                    "user": .integer(Int(user)), "limit": .integer(rowLimit),
                    "types": .list(EventType.allCases.map { .string($0.rawValue) }),
                ], atMost: rowLimit)
            context.newest = Self.distinct(rows, limit: limit)
            if context.newest.count == limit || rows.count < rowLimit { break }
            rowLimit *= 4
        }
        if context.newest.isEmpty { return context }
        let touched = try await reading.read(
            Self.touched, ["user": .integer(Int(user)), "limit": .integer(Self.mostTouched)], atMost: Self.mostTouched)
        context.touched = Set(touched.compactMap { $0.first?.integer.map(Int64.init) })
        return context
    }

    private static func distinct(_ rows: [[BoltValue]], limit: Int) -> [UserContext.Product] {
        var known: Set<Int64> = []
        var products: [UserContext.Product] = []
        for row in rows where products.count < limit {
            guard row.count == 3, let id = row[0].integer.map(Int64.init), let time = row[1].integer,
                known.insert(id).inserted
            else { continue }
            products.append(
                UserContext.Product(
                    productID: id, time: Timestamp(microseconds: Int64(time)),
                    isRemoved: row[2].string == EventType.removeFromCart.rawValue))
        }
        return products
    }
}
