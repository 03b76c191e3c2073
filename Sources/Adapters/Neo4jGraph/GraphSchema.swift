import BoltClient
import BoltWire
import Stores

/// How a graph makes sure that an event is in it once.
package enum GraphShape: Sendable, Hashable {
    /// `event_id` is unique among the relationships.
    case uniqueRelationships
    /// The server has no uniqueness of relationships: a node `(:LedgerEvent)` with a unique `event_id` stands for each event.
    case ledger
}

/// The constraints that writing stands on. Made once, before the first write; those that a shop's own code has made, by
/// whatever names, stay.
actor GraphSchema {
    private let driver: BoltDriver
    private let options: TransactionOptions
    private let notify: @Sendable (Neo4jNotice) -> Void
    private let forced: GraphShape?
    private var shape: GraphShape?

    // Each in a transaction of its own: Neo4j takes no other statement beside a change of the schema.

    private static let nodes = [
        "CREATE CONSTRAINT user_id_unique IF NOT EXISTS FOR (u:User) REQUIRE u.user_id IS UNIQUE",
        "CREATE CONSTRAINT product_id_unique IF NOT EXISTS FOR (p:Product) REQUIRE p.product_id IS UNIQUE",
    ]
    private static let relationships = """
        CREATE CONSTRAINT interacted_event_id_unique IF NOT EXISTS
        FOR ()-[r:INTERACTED]-() REQUIRE r.event_id IS UNIQUE
        """
    private static let ledger =
        "CREATE CONSTRAINT ledger_event_id_unique IF NOT EXISTS FOR (l:LedgerEvent) REQUIRE l.event_id IS UNIQUE"

    /// - Parameter shape: The shape of the graph; nil: what the server can do.
    init(
        _ driver: BoltDriver, database: String?, shape: GraphShape? = nil,
        notify: @escaping @Sendable (Neo4jNotice) -> Void
    ) {
        self.driver = driver
        self.notify = notify
        forced = shape
        options = TransactionOptions(database: database)
    }

    /// How the graph is read, for those who do not write into it and so change nothing.
    func current() async throws(BoltError) -> GraphShape {
        if let shape { return shape }
        let found = try await driver.execute(
            BoltQuery("MATCH (l:LedgerEvent) RETURN 1 LIMIT 1"),
            TransactionOptions(mode: .read, database: options.database), isIdempotent: true)
        // Not kept: a graph that is empty may get its first event at any time.
        return found.rows.isEmpty ? .uniqueRelationships : .ledger
    }

    /// Makes what is missing.
    ///
    /// - Returns: How events are written into this graph.
    func prepare() async throws(StoreError) -> GraphShape {
        if let shape { return shape }
        do throws(BoltError) {
            for statement in Self.nodes { try await change(statement) }
            let shape = try await makeUniqueness()
            try await awaitIndexes()
            self.shape = shape
            return shape
        } catch {
            throw StoreError(schema: error)
        }
    }

    private func makeUniqueness() async throws(BoltError) -> GraphShape {
        if forced != .ledger {
            do throws(BoltError) {
                try await change(Self.relationships)
                return .uniqueRelationships
            } catch {
                guard Self.isUnsupported(error), forced == nil else { throw error }
                notify(.usesLedger(reason: error.message))
            }
        }
        try await change(Self.ledger)
        return .ledger
    }

    private func change(_ statement: String) async throws(BoltError) {
        try await driver.execute(BoltQuery(statement), options, isIdempotent: true)
    }

    /// A constraint over existing data is built in the background.
    private func awaitIndexes() async throws(BoltError) {
        do throws(BoltError) {
            try await driver.execute(BoltQuery("CALL db.awaitIndexes(300)"), options)
        } catch {
            // Servers other than Neo4j have no such procedure, and say so in many ways; they build at once.
            guard error.code == .failed, !error.isRetriable else { throw error }
        }
    }

    /// Whether the server refused the statement itself, rather than the client, the data or the moment. Servers other
    /// than Neo4j have codes of their own for that.
    private static func isUnsupported(_ error: BoltError) -> Bool {
        guard error.code == .failed, let code = error.failure?.code, error.failure?.isRetriable == false else {
            return false
        }
        return code.hasPrefix("Neo.ClientError.Statement.") || code.hasPrefix("Neo.ClientError.Procedure.")
            || !code.hasPrefix("Neo.")
    }
}
