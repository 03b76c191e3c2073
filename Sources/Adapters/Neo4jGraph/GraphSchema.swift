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

/// How a graph is written.
struct GraphForm: Sendable, Hashable {
    let shape: GraphShape
    /// Whether the server understands ``WriteStatement/keepingPlan``.
    let keepsPlans: Bool
}

/// The constraints and indexes that writing stands on. Made once, before the first write; those that a shop's own code has made, by
/// whatever names, stay.
actor GraphSchema {
    private let driver: BoltDriver
    private let options: TransactionOptions
    private let notify: @Sendable (Neo4jNotice) -> Void
    private let forced: GraphShape?
    private var form: GraphForm?
    private var hasNotified = false

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
        if let form { return form.shape }
        let found = try await driver.execute(
            BoltQuery("MATCH (l:LedgerEvent) RETURN 1 LIMIT 1"),
            TransactionOptions(mode: .read, database: options.database), isIdempotent: true)
        // Not kept: a graph that is empty may get its first event at any time.
        return found.rows.isEmpty ? .uniqueRelationships : .ledger
    }

    /// Makes what is missing.
    ///
    /// - Returns: How events are written into this graph.
    func prepare() async throws(StoreError) -> GraphForm {
        if let form { return form }
        let missing: [UniqueProperty]
        let unready: [RangeIndex]
        do throws(BoltError) {
            let there = try await constraints()
            for property in [UniqueProperty.user, .product] { try await make(property, unlessIn: there) }
            let shape = try await makeUniqueness(unlessIn: there)
            try await makeIndexes()
            try await awaitIndexes()
            let own = [.user, .product, shape == .ledger ? UniqueProperty.ledger : .interaction]
            missing = try await constraints().map { now in own.filter { !now.contains($0) } } ?? []
            unready = try await indexes().map { now in RangeIndex.all.filter { !now.contains($0) } } ?? []
            if missing.isEmpty, unready.isEmpty {
                let form = GraphForm(shape: shape, keepsPlans: try await keepsPlans())
                self.form = form
                return form
            }
        } catch {
            throw StoreError(schema: error)
        }
        throw missing.isEmpty
            ? StoreError(unreadyIndexes: unready.map(\.name)) : StoreError(takenNames: missing.map(\.name))
    }

    /// What the next write will make; empty where the server does not tell.
    func missing() async throws(BoltError) -> [String] {
        let shape = try await current()
        let own = [.user, .product, shape == .ledger ? UniqueProperty.ledger : .interaction]
        let constraints = try await constraints().map { now in own.filter { !now.contains($0) } } ?? []
        let indexes = try await indexes().map { now in RangeIndex.all.filter { !now.contains($0) } } ?? []
        return constraints.map { "the constraint \($0.name)" } + indexes.map { "the index \($0.name)" }
    }

    /// Makes the indexes that writing and recommending look through.
    private func makeIndexes() async throws(BoltError) {
        let there = try await indexes() ?? []
        for index in RangeIndex.all where !there.contains(index) {
            do throws(BoltError) {
                try await driver.execute(BoltQuery(index.creation), options, isIdempotent: true)
            } catch {
                // Another process was faster; a server without such indexes is slow, and right.
                let isThere = error.failure?.code == "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"
                guard isThere || Self.isUnsupported(error) else { throw error }
            }
        }
    }

    /// The indexes that can be used, by whatever names; nil where the server does not tell.
    private func indexes() async throws(BoltError) -> Set<RangeIndex>? {
        guard let rows = try await listing(RangeIndex.listing) else { return nil }
        return Set(RangeIndex.all.filter { index in rows.contains { index.isReady(by: $0) } })
    }

    /// What is unique already, by whatever names; nil where the server does not tell.
    private func constraints() async throws(BoltError) -> Set<UniqueProperty>? {
        guard let rows = try await listing(UniqueProperty.listing) else { return nil }
        let all: Set<UniqueProperty> = [.user, .product, .interaction, .ledger]
        return all.filter { property in rows.contains { property.isMade(unique: $0) } }
    }

    /// Neo4j takes options before a statement; to others they are a mistake.
    private func keepsPlans() async throws(BoltError) -> Bool {
        do throws(BoltError) {
            try await driver.execute(BoltQuery("\(WriteStatement.keepingPlan) RETURN 1"), options, isIdempotent: true)
            return true
        } catch {
            guard Self.isUnsupported(error) else { throw error }
            return false
        }
    }

    private func listing(_ text: String) async throws(BoltError) -> [[BoltValue]]? {
        do throws(BoltError) {
            return try await driver.execute(BoltQuery(text), options, isIdempotent: true).rows
        } catch {
            // Servers other than Neo4j, and users who may not look at the schema.
            guard error.failure?.code == "Neo.ClientError.Security.Forbidden" || Self.isUnsupported(error) else {
                throw error
            }
            return nil
        }
    }

    /// In a transaction of its own: Neo4j takes no other statement beside a change of the schema.
    private func make(
        _ property: UniqueProperty, unlessIn there: Set<UniqueProperty>?
    ) async throws(BoltError) {
        // Not asked for again: users who may not make constraints can write where somebody else has made them.
        if there?.contains(property) == true { return }
        try await driver.execute(BoltQuery(property.creation), options, isIdempotent: true)
    }

    /// Looks again before the next write: a server that was away may come back with another graph.
    func forget() {
        form = nil
    }

    private func makeUniqueness(unlessIn there: Set<UniqueProperty>?) async throws(BoltError) -> GraphShape {
        if forced != .ledger {
            do throws(BoltError) {
                try await make(.interaction, unlessIn: there)
                return .uniqueRelationships
            } catch {
                guard Self.isUnsupported(error), forced == nil else { throw error }
                if !hasNotified { notify(.usesLedger(reason: error.message)) }
                hasNotified = true
            }
        }
        try await make(.ledger, unlessIn: there)
        return .ledger
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
