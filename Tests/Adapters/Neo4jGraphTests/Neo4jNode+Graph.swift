import BoltClient
import BoltWire
import Stores
import TestSupport

@testable import Neo4jGraph

extension Neo4jConfiguration {
    /// A graph on a server of these tests. ArcadeDB gets one writer: see what it lacks.
    static func of(_ node: Neo4jNode) throws(StoreError) -> Neo4jConfiguration {
        let addresses = node.addresses
        var configuration = try Neo4jConfiguration(
            url: addresses.bolt, user: addresses.user, password: addresses.password)
        if !addresses.isReal { configuration.writers = 1 }
        return configuration
    }
}

extension Neo4jNode {
    /// Runs a query outside of what is tested.
    @discardableResult
    func run(_ text: String, _ parameters: BoltMap = [:]) async throws -> [[BoltValue]] {
        try await records(text, parameters).rows
    }

    /// What the server tells of a query beside its records, such as its plan.
    func metadata(of text: String, _ parameters: BoltMap) async throws -> BoltMap {
        try await records(text, parameters).summary.metadata
    }

    private func records(_ text: String, _ parameters: BoltMap) async throws -> BoltRecords {
        let driver = BoltDriver(try Neo4jConfiguration.of(self).bolt)
        do {
            let records = try await driver.execute(text, parameters)
            await driver.close()
            return records
        } catch {
            await driver.close()
            throw error
        }
    }

    /// Removes all nodes and relationships; constraints stay.
    func empty() async throws {
        try await run("MATCH (n) DETACH DELETE n")
    }
}
