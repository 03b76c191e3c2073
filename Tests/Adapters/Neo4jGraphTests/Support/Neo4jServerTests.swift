import BoltClient
import BoltWire
import TestSupport
import Testing

@testable import Neo4jGraph

/// Suites on one server of their own, one after the other: they make and drop its constraints.
@Suite(.serialized, .timeLimit(.minutes(5))) enum Neo4jServerTests {
    private static let node = Task { try await Neo4jNode.start() }

    /// The server with nothing in it: no node, no constraint, no index.
    static func emptyNode() async throws -> Neo4jNode {
        let node = try await node.value
        try await node.empty()
        for name in try await node.names(of: "CONSTRAINTS") { try await node.run("DROP CONSTRAINT `\(name)`") }
        for name in try await node.names(of: "INDEXES") { try await node.run("DROP INDEX `\(name)`") }
        // ArcadeDB gives the properties of an index types, which go only after the index.
        let types = try await node.names(of: "CONSTRAINTS", where: { $0.hasSuffix("PROPERTY_TYPE") })
        for name in types { try await node.run("DROP CONSTRAINT `\(name)`") }
        return node
    }
}

extension Neo4jNode {
    /// The names of the `CONSTRAINTS`, or of the `INDEXES` that belong to none of them, of some types.
    func names(
        of kind: String, where isMeant: (String) -> Bool = { !$0.hasSuffix("PROPERTY_TYPE") }
    ) async throws -> Set<String> {
        let columns = kind == "INDEXES" ? "name, type, owningConstraint" : "name, type"
        let rows = try await run("SHOW \(kind) YIELD \(columns)")
        // Neo4j has two indexes of labels and types by itself.
        let meant = rows.filter { row in
            row[1].string.map { $0 != "LOOKUP" && isMeant($0) } ?? false && (row.count < 3 || row[2] == .null)
        }
        return Set(meant.compactMap(\.first?.string))
    }

    /// Writes outside of what is tested, and again where the server calls its refusal transient: ArcadeDB may do so while
    /// it still finishes the transaction before.
    func write(_ text: String, _ parameters: BoltMap = [:]) async throws {
        let driver = BoltDriver(try Neo4jConfiguration.of(self).bolt)
        let result: Result<Void, any Error>
        do {
            try await driver.transaction { transaction throws(BoltError) in
                _ = try await transaction.execute(BoltQuery(text, parameters))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await driver.close()
        try result.get()
    }

    /// A number that a query returns.
    func number(_ text: String, _ parameters: BoltMap = [:]) async throws -> Int? {
        try await run(text, parameters).first?.first?.integer
    }

    /// A store with connections of its own, while `body` runs.
    func withStore<Success>(
        shape: GraphShape? = nil, notify: @escaping @Sendable (Neo4jNotice) -> Void = { _ in },
        _ body: (Neo4jGraphStore) async throws -> Success
    ) async throws -> Success {
        let store = Neo4jGraphStore(try .of(self), shape: shape, notify: notify)
        do {
            let success = try await body(store)
            await store.close()
            return success
        } catch {
            await store.close()
            throw error
        }
    }
}
