import BoltClient
import BoltWire
import Events

/// Takes a user out of the graph, in steps: a transaction that deletes a long history at once would need memory for all
/// of it.
struct GraphErasing: Sendable {
    let reading: GraphReading
    /// The most interactions or sessions that one transaction deletes.
    var most = 10_000

    /// The ledger's nodes go with their interactions. Products are locked, in the order of writers, and then lose the
    /// sessions in which nobody else has touched them.
    static let interactions = """
        MATCH (:User {user_id: $user})-[r:INTERACTED]->(p)
        WITH r, p LIMIT $step
        \(removal)
        """

    /// Removes the interactions `r` with the products `p`.
    static let removal = """
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
        let user = BoltValue.integer(Int(user))
        try await run(Self.tombstone, ["user": user, "until": .integer(Int(time.microseconds))])
        let count = try await repeated(Self.interactions, user) { $0.relationshipsDeleted }
        _ = try await repeated(Self.sessions, user) { $0.nodesDeleted }
        try await run(Self.rest, ["user": user])
        return count
    }

    /// The times of those of these users that were erased.
    func tombstones(of users: [Int64]) async throws(BoltError) -> [Int64: Timestamp] {
        let rows = try await reading.read(
            """
            UNWIND $users AS id MATCH (u:User {user_id: id}) WHERE u.erased_until IS NOT NULL
            RETURN u.user_id, u.erased_until
            """, ["users": .list(users.map { .integer(Int($0)) })], atMost: users.count + 1_000)
        var found: [Int64: Timestamp] = [:]
        for row in rows {
            guard row.count == 2, let user = row[0].integer, let time = row[1].integer else { continue }
            found[Int64(user)] = Timestamp(microseconds: Int64(time))
        }
        return found
    }

    /// Runs a statement until it finds less to delete than it may.
    ///
    /// - Returns: How much it has deleted.
    private func repeated(
        _ text: String, _ user: BoltValue, counting deletions: (UpdateCounters) -> Int
    ) async throws(BoltError) -> Int {
        var size = StepSize(most: most)
        var count = 0
        while true {
            let start = ContinuousClock.now
            let step = size.value
            let deleted = try await run(text, ["user": user, "step": .integer(step)]).map(deletions) ?? 0
            count += deleted
            if deleted < step { return count }
            size.adapt(to: start.duration(to: .now))
        }
    }

    @discardableResult
    private func run(_ text: String, _ parameters: BoltMap) async throws(BoltError) -> UpdateCounters? {
        try await reading.driver.execute(
            BoltQuery(text, parameters), TransactionOptions(database: reading.database), isIdempotent: true
        ).summary.counters
    }
}

/// How much one transaction of many does. Servers differ by a thousand times, and so does one of them with what a node has:
/// a step is to be long enough to be worth a transaction, and short enough that writers, who wait for its locks, and people
/// see that it goes on.
struct StepSize {
    /// How much the next transaction does.
    private(set) var value: Int
    private let most: Int

    init(most: Int) {
        self.most = most
        value = min(500, most)
    }

    /// - Parameter duration: How long the transaction took.
    mutating func adapt(to duration: Duration) {
        value = duration < .seconds(1) ? min(most, 2 * value) : max(1, value / 2)
    }
}
