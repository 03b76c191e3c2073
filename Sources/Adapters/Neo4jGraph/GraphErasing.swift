import BoltClient
import BoltWire
import Events

/// Takes a user out of the graph, in steps: a transaction that deletes a long history at once would need memory for all
/// of it.
struct GraphErasing: Sendable {
    let reading: GraphReading
    /// How many interactions or sessions one transaction deletes.
    var step = 10_000

    /// The ledger's nodes go with their interactions. Products are locked, in the order of writers, and then lose the
    /// sessions in which nobody else has touched them.
    static let interactions = """
        MATCH (:User {user_id: $user})-[r:INTERACTED]->(p)
        WITH r, p LIMIT $step
        WITH r, p ORDER BY p.product_id
        SET p.product_id = p.product_id
        WITH r, p, r.session_id AS session,
          r.product_id IS NOT NULL AND r.event_at IS NOT NULL AND r.event_type IN \(CoViewPatterns.touches) AS isTouch
        OPTIONAL MATCH (l:LedgerEvent {event_id: r.event_id})
        DETACH DELETE l
        DELETE r
        WITH DISTINCT p, session, isTouch WHERE isTouch
        WITH p, session IS NOT NULL AND \(CoViewPatterns.isUnvisited(session: "session", product: "p.product_id")) AS isLeft
        WITH p, count(CASE WHEN isLeft THEN 1 END) AS visits
        SET p.sessions = p.sessions - visits
        WITH p
        \(CoViewPatterns.placing)
        """

    /// Sessions are made by the bulk import of the shops' own code; one that another user has as well stays.
    private static let sessions = """
        MATCH (u:User {user_id: $user})-[:HAS_SESSION]->(s:Session)
        WHERE NOT EXISTS { MATCH (s)<-[:HAS_SESSION]-(other:User) WHERE other.user_id <> $user }
        WITH DISTINCT s LIMIT $step
        DETACH DELETE s
        """

    /// The node stays as the tombstone, since writers lock it and read it anyway: ``WriteStatement`` says why this must
    /// be committed before anything is removed.
    static let tombstone = """
        MERGE (u:User {user_id: $user})
        SET u.user_id = $user
        WITH u
        SET u.erased_until = CASE WHEN u.erased_until >= $until THEN u.erased_until ELSE $until END, u:ErasedUser
        """

    /// All that others have hung onto the user. The first line locks the node: another erasure may be setting its time.
    private static let rest = """
        MATCH (u:User {user_id: $user})
        SET u.user_id = $user
        WITH u, u.erased_until AS until
        SET u = {user_id: $user, erased_until: until}
        WITH u
        MATCH (u)-[r]-() WHERE type(r) <> 'INTERACTED'
        DELETE r
        """

    /// Erases the user; what was erased before an error stays so, and a repetition goes on from there.
    ///
    /// - Parameter time: Until when the user's events that were received are not to come back.
    /// - Returns: How many interactions were removed.
    func erase(user: Int64, receivedUntil time: Timestamp) async throws(BoltError) -> Int {
        let parameters: BoltMap = [
            "user": .integer(Int(user)), "until": .integer(Int(time.microseconds)), "step": .integer(step),
        ]
        try await run(Self.tombstone, parameters)
        var count = 0
        while true {
            let deleted = try await run(Self.interactions, parameters)?.relationshipsDeleted ?? 0
            count += deleted
            if deleted < step { break }
        }
        while try await run(Self.sessions, parameters)?.nodesDeleted ?? 0 == step {}
        try await run(Self.rest, parameters)
        return count
    }

    @discardableResult
    private func run(_ text: String, _ parameters: BoltMap) async throws(BoltError) -> UpdateCounters? {
        try await reading.driver.execute(
            BoltQuery(text, parameters), TransactionOptions(database: reading.database), isIdempotent: true
        ).summary.counters
    }
}
