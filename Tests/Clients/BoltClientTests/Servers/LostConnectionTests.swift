import BoltClient
import BoltWire
import Connections
import EventLoops
import Network
import TestSupport
import Testing

/// Writes through a proxy that cuts the connection, and what is in the graph afterwards.
@Suite("Writes whose connection breaks", .timeLimit(.minutes(5))) struct LostConnectionTests {
    typealias Moment = CuttingProxy.Moment

    @Test(
        "an idempotent write is repeated wherever its connection breaks around COMMIT, and its effect is exact",
        arguments: Moment.allCases)
    func idempotent(_ moment: Moment) async throws {
        let label = "Idempotent_\(moment.rawValue)"
        try await through(moment, CuttingProxy.commit, cuts: 3) { proxy, driver, node in
            for id in 0..<5 {
                try await driver.transaction(isIdempotent: true) { transaction throws(BoltError) in
                    _ = try await transaction.execute(BoltQuery("MERGE (n:\(label) {id: $id})", ["id": .integer(id)]))
                }
            }
            #expect(proxy.cutsLeft == 0)
            let ids = try await node.rows("MATCH (n:\(label)) RETURN n.id AS id ORDER BY id").map(\.[0])
            #expect(ids == [0, 1, 2, 3, 4])
        }
    }

    @Test(
        "a write that is not idempotent is not repeated when COMMIT has no answer, and says that its outcome is unknown",
        arguments: Moment.allCases)
    func unknown(_ moment: Moment) async throws {
        let label = "Unknown_\(moment.rawValue)"
        try await through(moment, CuttingProxy.commit) { proxy, driver, node in
            let error = await failure {
                try await driver.transaction { transaction throws(BoltError) in
                    _ = try await transaction.execute(BoltQuery("CREATE (:\(label))"))
                }
            }
            #expect(error?.code == .connectionLost, "\(String(describing: error))")
            #expect(error?.isOutcomeUnknown == true)
            #expect(proxy.cutsLeft == 0)
            // Both are possible, and only the graph tells them apart.
            let count = moment == .after ? 1 : 0
            try await eventually("\(count) nodes") {
                try await node.rows("MATCH (n:\(label)) RETURN count(n)") == [[.integer(count)]]
            }
        }
    }

    @Test(
        "a transaction whose connection breaks in the middle of RUN has done nothing, and is begun again, idempotent or not"
    )
    func middle() async throws {
        try await through(.before, Array("cut here".utf8)) { proxy, driver, node in
            try await driver.transaction { transaction throws(BoltError) in
                _ = try await transaction.execute(BoltQuery("CREATE (:Middle {text: $text})", ["text": "cut here"]))
            }
            #expect(proxy.cutsLeft == 0)
            #expect(try await node.rows("MATCH (n:Middle) RETURN count(n)") == [[1]])
        }
    }

    @Test("a query in a transaction of its own is repeated after such a break only where it says that it is idempotent")
    func ownTransaction() async throws {
        try await through(.before, Array("cut here".utf8), cuts: 2) { proxy, driver, node in
            let query = BoltQuery("MERGE (n:Own {text: $text})", ["text": "cut here"])
            let error = await failure { _ = try await driver.execute(query) }
            #expect(error?.isOutcomeUnknown == true)
            #expect(try await node.rows("MATCH (n:Own) RETURN count(n)") == [[0]])
            _ = try await driver.execute(query, isIdempotent: true)
            #expect(proxy.cutsLeft == 0)
            #expect(try await node.rows("MATCH (n:Own) RETURN count(n)") == [[1]])
        }
    }

    /// A driver whose connections go through a proxy, which cuts some of them.
    private func through(
        _ moment: Moment, _ mark: [UInt8], cuts: Int = 1,
        _ body: (CuttingProxy, BoltDriver, Neo4jNode) async throws -> Void
    ) async throws {
        let node = try await Neo4jNode.shared()
        let server = try BoltURI.parse(node.addresses.bolt).endpoints[0].port
        try await CuttingProxy.with(server: Int(server), moment, mark, cuts: cuts) { proxy in
            let driver = try node.driver(port: proxy.port)
            let result: Result<Void, any Error>
            do { result = .success(try await body(proxy, driver, node)) } catch { result = .failure(error) }
            await driver.close()
            try result.get()
        }
    }
}
