import BoltClient
import BoltWire
import Events
import Stores

/// Reads what this pipeline has written, by id and in sums.
struct GraphReading: Sendable {
    let driver: BoltDriver
    let database: String?

    /// What makes an event of the relationship `r` between `u` and `p`.
    static let fields = """
        r.event_id, u.user_id, p.product_id, r.event_type, r.event_at, r.session_id, r.price, r.quantity, r.brand, \
        r.category_code, r.properties, r.defaulted
        """

    /// Runs a query that changes nothing.
    ///
    /// - Parameter limit: The most records that it may give.
    func read(_ text: String, _ parameters: BoltMap = [:], atMost limit: Int) async throws(BoltError) -> [[BoltValue]] {
        try await driver.execute(
            BoltQuery(text, parameters), TransactionOptions(mode: .read, database: database), isIdempotent: true,
            atMost: limit
        ).rows
    }

    func statistics() async throws(BoltError) -> GraphStatistics {
        let users = try await count("MATCH (u:User) WHERE EXISTS { (u)-[:INTERACTED]->() } RETURN count(u)")
        let products = try await count("MATCH (p:Product) WHERE EXISTS { (p)<-[:INTERACTED]-() } RETURN count(p)")
        var byType: [EventType: Int] = [:]
        // Other programs may have written other types.
        let rows = try await read("MATCH ()-[r:INTERACTED]->() RETURN r.event_type, count(*)", atMost: 10_000)
        for row in rows {
            guard let type = row.first?.string.flatMap({ EventType(rawValue: $0) }) else { continue }
            byType[type] = row.last?.integer
        }
        return GraphStatistics(users: users, products: products, interactionsByType: byType)
    }

    private func count(_ text: String) async throws(BoltError) -> Int {
        try await read(text, atMost: 1).first?.first?.integer ?? 0
    }

    func occurrences(of ids: [EventID], in shape: GraphShape) async throws(BoltError) -> [EventID: Int] {
        var found: [EventID: Int] = [:]
        let text = Self.matching(shape) + " RETURN id, count(r)"
        for row in try await read(text, ["ids": Self.list(ids)], atMost: ids.count) {
            if let id = row.first?.string.flatMap({ EventID($0) }) { found[id] = row.last?.integer }
        }
        return found
    }

    func stored(_ ids: [EventID], in shape: GraphShape) async throws(BoltError) -> [EventID: StoredEvent] {
        var found: [EventID: StoredEvent] = [:]
        let text = Self.matching(shape) + " RETURN \(Self.fields)"
        // A graph that something else has damaged may hold an id more than once.
        for row in try await read(text, ["ids": Self.list(ids)], atMost: 2 * ids.count + 1_000) {
            if let event = Event(row) { found[event.id] = StoredEvent(event) }
        }
        return found
    }

    /// Finds the relationships of ids: by the index that the constraint has made, or from the user that the ledger names.
    private static func matching(_ shape: GraphShape) -> String {
        switch shape {
        case .uniqueRelationships:
            "UNWIND $ids AS id MATCH (u:User)-[r:INTERACTED {event_id: id}]->(p:Product)"
        case .ledger:
            """
            UNWIND $ids AS id MATCH (l:LedgerEvent {event_id: id})
            MATCH (u:User {user_id: l.user_id})-[r:INTERACTED {event_id: id}]->(p:Product)
            """
        }
    }

    private static func list(_ ids: [EventID]) -> BoltValue {
        .list(Set(ids).map { .string($0.description) })
    }
}
