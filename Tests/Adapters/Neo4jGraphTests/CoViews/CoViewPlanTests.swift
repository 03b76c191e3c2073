import BoltClient
import BoltWire
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("How a server finds co-views", .enabled(if: Neo4j.isReal, "needs Neo4j: ArcadeDB has plans of its own"))
    struct CoViewPlanTests {
        /// The operators of a query's plan, made while the graph is empty, as the first users of a graph have it made.
        private func operators(of text: String, on node: Neo4jNode) async throws -> [String] {
            let parameters: BoltMap = [
                "rows": [], "products": [1], "sessions": ["a"], "limit": 9, "most": 9, "user": 1, "step": 9, "after": 0,
            ]
            let metadata = try await node.metadata(of: "EXPLAIN " + text, parameters)
            let plan = try #require(metadata["plan"]?.map)
            var found: [String] = []
            var open = [plan]
            while let next = open.popLast() {
                found.append((next["operatorType"]?.string ?? "").replacing("@neo4j", with: ""))
                open += next["children"]?.list?.compactMap(\.map) ?? []
            }
            return found
        }

        private func preparedNode() async throws -> Neo4jNode {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.withStore { store async throws in _ = try await store.schema.prepare() }
            return node
        }

        @Test("the newest interactions with a product come in the order of an index")
        func ordered() async throws {
            let operators = try await operators(of: CoViewReading.sessions, on: try await preparedNode())
            #expect(operators.contains("DirectedRelationshipIndexSeek"), "\(operators)")
            #expect(operators.contains("PartialTop"), "only interactions of one moment are sorted: \(operators)")
            #expect(!operators.contains { $0 == "Top" || $0 == "Sort" || $0.hasSuffix("Scan") }, "\(operators)")
        }

        @Test("the interactions of a session are found by an index, and only they are sorted")
        func sequences() async throws {
            let operators = try await operators(of: CoViewReading.sequences, on: try await preparedNode())
            #expect(operators.contains("DirectedRelationshipIndexSeek"), "\(operators)")
            #expect(operators.contains("Top"), "\(operators)")
            #expect(!operators.contains { $0 == "Sort" || $0.hasSuffix("Scan") }, "\(operators)")
        }

        @Test(
            "writing reads no more of the graph than what it is about",
            arguments: [GraphShape.uniqueRelationships, .ledger], [false, true])
        func writing(_ shape: GraphShape, hasExtras: Bool) async throws {
            let node = try await preparedNode()
            if shape == .ledger { try await node.run(UniqueProperty.ledger.creation) }
            let operators = try await operators(of: WriteStatement.text(shape, hasExtras: hasExtras), on: node)
            #expect(operators.contains("DirectedRelationshipIndexSeek"), "\(operators)")
            #expect(!operators.contains { $0 == "Top" || $0 == "Sort" || $0.hasSuffix("Scan") }, "\(operators)")
        }

        @Test("erasing and counting look for nothing by reading all interactions")
        func changes() async throws {
            let node = try await preparedNode()
            try await node.run(UniqueProperty.ledger.creation)
            for text in [GraphErasing.interactions, ProductCounting.counting] {
                let operators = try await operators(of: text, on: node)
                #expect(operators.contains("DirectedRelationshipIndexSeek"), "\(operators)")
                #expect(!operators.contains { $0.hasSuffix("Scan") }, "\(operators)")
            }
        }
    }
}
