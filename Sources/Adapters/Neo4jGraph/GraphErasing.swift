import BoltClient
import BoltWire

/// Takes a user out of the graph, in steps: a transaction that deletes a long history at once would need memory for all
/// of it.
struct GraphErasing: Sendable {
    let reading: GraphReading
    /// How many interactions or sessions one transaction deletes.
    var step = 10_000

    /// The ledger's nodes go with their interactions.
    private static let interactions = """
        MATCH (:User {user_id: $user})-[r:INTERACTED]->()
        WITH r LIMIT $step
        OPTIONAL MATCH (l:LedgerEvent {event_id: r.event_id})
        DETACH DELETE l
        DELETE r
        """

    /// Sessions are made by the bulk import of the shops' own code; one that another user has as well stays.
    private static let sessions = """
        MATCH (u:User {user_id: $user})-[:HAS_SESSION]->(s:Session)
        WHERE NOT EXISTS { MATCH (s)<-[:HAS_SESSION]-(other:User) WHERE other.user_id <> $user }
        WITH DISTINCT s LIMIT $step
        DETACH DELETE s
        """
    private static let node = "MATCH (u:User {user_id: $user}) DETACH DELETE u"

    /// Erases the user; what was erased before an error stays so, and a repetition goes on from there.
    ///
    /// - Returns: How many interactions were removed.
    func erase(user: Int64) async throws(BoltError) -> Int {
        var count = 0
        while true {
            let deleted = try await delete(Self.interactions, user)?.relationshipsDeleted ?? 0
            count += deleted
            if deleted < step { break }
        }
        while try await delete(Self.sessions, user)?.nodesDeleted ?? 0 == step {}
        _ = try await delete(Self.node, user)
        return count
    }

    private func delete(_ text: String, _ user: Int64) async throws(BoltError) -> UpdateCounters? {
        try await reading.driver.execute(
            BoltQuery(text, ["user": .integer(Int(user)), "step": .integer(step)]),
            TransactionOptions(database: reading.database), isIdempotent: true
        ).summary.counters
    }
}
