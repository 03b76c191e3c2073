import BoltClient
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

/// Stores on one server, with connections of their own as processes have; the graph is emptied before.
private struct Server: GraphFactory {
    let node: Neo4jNode
    let shape: GraphShape

    func graph() async throws -> any GraphStore {
        Neo4jGraphStore(try .of(node), shape: shape)
    }
}

/// One graph, so one case at a time.
@Suite("The graph on a server", .serialized) struct Neo4jGraphConformanceTests {
    /// What ArcadeDB, the substitute for Neo4j, cannot do: between writers that meet it reports commits as failed.
    static let lacking = [
        "several stores on one graph write the same events at once, each event once",
        "a user who is erased while others write ends without the events from before",
    ]

    static let cases = GraphConformanceCase.all.filter { Neo4j.isReal || !lacking.contains($0.description) }

    @Test(
        "the graph on a Bolt server conforms, in both of its shapes", .timeLimit(.minutes(5)),
        arguments: cases, [GraphShape.uniqueRelationships, .ledger])
    func conforms(_ conformance: GraphConformanceCase, shape: GraphShape) async throws {
        let node = try await Neo4jNode.shared()
        try await node.empty()
        try await conformance.run(with: Server(node: node, shape: shape))
    }

    @Test("the cases that ArcadeDB lacks are cases")
    func lackingCases() {
        #expect(Set(Self.lacking).isSubset(of: GraphConformanceCase.all.map(\.description)))
    }
}
