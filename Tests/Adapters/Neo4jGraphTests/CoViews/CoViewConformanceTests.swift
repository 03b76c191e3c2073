import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

/// Stores on one server, with connections of their own as processes have; the graph is emptied before.
private struct Server: CoViewFactory {
    let node: Neo4jNode
    let shape: GraphShape

    func store() async throws -> any GraphStore {
        Neo4jGraphStore(try .of(node), shape: shape)
    }
}

extension Neo4jServerTests {
    @Suite("Co-views from a server") struct CoViewConformanceTests {
        /// What ArcadeDB, the substitute for Neo4j, gets done. It uses no index for a pattern of relationships whose nodes
        /// are not bound, which is how sessions and products are looked up: each look reads all interactions. And of
        /// writers that meet, it reports the commits as failed again and again, which rules out the cases with several
        /// stores.
        static let small = [
            "an empty store knows no user, product and category",
            "the newest interaction that names a category gives a product its place, come when it may",
            "a context is the newest distinct products, and tells which were taken out of the cart",
            "answers are there when the store is opened again",
        ]

        static let cases = CoViewConformanceCase.all.filter { Neo4j.isReal || small.contains($0.description) }

        @Test(
            "co-views from a Bolt server conform, in both shapes of the graph",
            arguments: cases, [GraphShape.uniqueRelationships, .ledger])
        func conforms(_ conformance: CoViewConformanceCase, shape: GraphShape) async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await conformance.run(with: Server(node: node, shape: shape))
        }

        @Test("the cases that ArcadeDB gets done are cases")
        func smallCases() {
            #expect(Set(Self.small).isSubset(of: CoViewConformanceCase.all.map(\.description)))
        }
    }
}
