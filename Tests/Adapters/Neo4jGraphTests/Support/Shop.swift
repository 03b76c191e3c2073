import BoltClient
import BoltWire
import Events
import Stores
import TestSupport

@testable import Neo4jGraph

/// What a shop's own code has written into a graph, and what its recommender asks of it: plain Cypher of the shapes that
/// such code has.
struct Shop {
    /// One interaction, as a shop's code knows it.
    struct Interaction: Hashable {
        var user: Int
        var product: Int
        var type: EventType
        /// Seconds after the first of all.
        var second: Int
        var session: String?

        var time: Timestamp { Timestamp(microseconds: Shop.start + Int64(second) * 1_000_000) }

        /// The event that this pipeline writes for it.
        var event: Event {
            Event(
                id: .version5(namespace: Shop.namespace, name: Array("\(self)".utf8)), userID: Int64(user),
                productID: Int64(product), type: type,
                session: session ?? "-", time: time)
        }
    }

    /// 2026-01-01T00:00:00Z.
    static let start: Int64 = 1_767_225_600_000_000
    private static let namespace = EventID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000)

    static let schema = [
        "CREATE CONSTRAINT user_id_unique IF NOT EXISTS FOR (u:User) REQUIRE u.user_id IS UNIQUE",
        "CREATE CONSTRAINT product_id_unique IF NOT EXISTS FOR (p:Product) REQUIRE p.product_id IS UNIQUE",
        "CREATE CONSTRAINT session_id_unique IF NOT EXISTS FOR (s:Session) REQUIRE s.session_id IS UNIQUE",
        "CREATE INDEX event_type_index IF NOT EXISTS FOR ()-[r:INTERACTED]-() ON (r.event_type)",
    ]

    /// Of its workers: each time it runs, a relationship more.
    private static let working = """
        UNWIND $events AS event
        MERGE (u:User {user_id: event.user_id})
        MERGE (p:Product {product_id: event.product_id})
        CREATE (u)-[:INTERACTED {
            event_type: event.event_type, event_time: event.event_time, session_id: event.user_session}]->(p)
        """

    /// Of its import of files: sessions as well, and the times as the files have them.
    private static let importing = """
        UNWIND $events AS event
        MERGE (u:User {user_id: event.user_id})
        MERGE (p:Product {product_id: event.product_id})
        MERGE (s:Session {session_id: event.user_session})
        MERGE (u)-[:HAS_SESSION]->(s)
        CREATE (u)-[:INTERACTED {
            event_type: event.event_type, event_time: event.event_time + ' UTC', session_id: event.user_session}]->(p)
        """

    let node: Neo4jNode

    func makeSchema() async throws {
        for statement in Self.schema { try await node.run(statement) }
    }

    func work(_ interactions: [Interaction]) async throws {
        try await node.write(Self.working, ["events": Self.parameters(interactions)])
    }

    func importFile(_ interactions: [Interaction]) async throws {
        try await node.write(Self.importing, ["events": Self.parameters(interactions)])
    }

    private static func parameters(_ interactions: [Interaction]) -> BoltValue {
        .list(
            interactions.map { interaction in
                [
                    "user_id": .integer(interaction.user), "product_id": .integer(interaction.product),
                    "event_type": .string(interaction.type.rawValue), "event_time": .string(interaction.time.shopText),
                    "user_session": interaction.session.map { .string($0) } ?? .null,
                ]
            })
    }

    // MARK: Its readers

    /// A recommended product with its score and the last time that somebody chose it.
    struct Recommendation: Hashable {
        var product: Int
        var score: Int
        var last: String
    }

    /// What others, who were interested in the same, chose and this user has not seen.
    func recommendations(for user: Int) async throws -> [Recommendation] {
        try await node.run(
            """
            MATCH (me:User {user_id: $user})-[mine:INTERACTED]->(:Product)<-[theirs:INTERACTED]-(other:User)
            WHERE other <> me AND mine.session_id <> theirs.session_id
            MATCH (other)-[r:INTERACTED]->(rec:Product)
            WHERE r.event_type IN ['view', 'cart', 'purchase'] AND NOT (me)-[:INTERACTED]->(rec)
            RETURN rec.product_id AS product,
                sum(CASE r.event_type WHEN 'purchase' THEN 80 WHEN 'cart' THEN 30 ELSE 1 END) AS score,
                max(r.event_time) AS last
            ORDER BY score DESC, last DESC, product LIMIT 10
            """, ["user": .integer(user)]
        ).map { row in
            Recommendation(product: row[0].integer ?? 0, score: row[1].integer ?? 0, last: row[2].string ?? "")
        }
    }

    /// The same, from what is known to be in the graph.
    ///
    /// - Parameter text: The text of an interaction's time in the graph.
    static func recommendations(
        for user: Int, in all: [Interaction], text: (Interaction) -> String
    ) -> [Recommendation] {
        let mine = all.filter { $0.user == user }
        let seen = Set(mine.map(\.product))
        var found: [Int: Recommendation] = [:]
        for (mine, theirs) in mine.flatMap({ mine in all.map { (mine, $0) } })
        where theirs.user != user && theirs.product == mine.product {
            guard let mine = mine.session, let other = theirs.session, mine != other else { continue }
            for choice in all where choice.user == theirs.user && !seen.contains(choice.product) {
                let weights: [EventType: Int] = [.purchase: 80, .cart: 30, .view: 1]
                guard let weight = weights[choice.type] else { continue }
                var entry = found[choice.product] ?? Recommendation(product: choice.product, score: 0, last: "")
                entry.score += weight
                entry.last = max(entry.last, text(choice))
                found[choice.product] = entry
            }
        }
        let sorted = found.values.sorted {
            ($0.score, $0.last, -$0.product) > ($1.score, $1.last, -$1.product)
        }
        return Array(sorted.prefix(10))
    }

    /// The user's latest interactions by the text of their times, as the shop's pages show them.
    func latest(of user: Int) async throws -> [String] {
        try await node.run(
            """
            MATCH (:User {user_id: $user})-[r:INTERACTED]->(p:Product)
            RETURN r.event_time, p.product_id ORDER BY r.event_time DESC, p.product_id LIMIT 20
            """, ["user": .integer(user)]
        ).map { "\($0[0].string ?? "") \($0[1].integer ?? 0)" }
    }
}
