import BoltClient
import BoltWire
import TestSupport

extension Neo4jNode {
    /// Options of every command for the graph on this server. The password is in ``secrets``.
    nonisolated var flags: [String] { ["--graph", addresses.bolt, "--neo4j-user", addresses.user] }
    /// Variables of the environment that go with ``flags``.
    nonisolated var secrets: [String: String] { ["NEO4J_PASSWORD": addresses.password] }

    /// Runs a query without the program that is tested.
    @discardableResult
    nonisolated func query(_ text: String, _ parameters: BoltMap = [:]) async throws -> [[BoltValue]] {
        var configuration = try BoltURI.parse(addresses.bolt)
        configuration.authenticate(with: .basic(user: addresses.user, password: addresses.password))
        let driver = BoltDriver(configuration)
        do {
            let rows = try await driver.execute(
                BoltQuery(text, parameters), isIdempotent: true, atMost: 1_000_000
            ).rows
            await driver.close()
            return rows
        } catch {
            await driver.close()
            throw error
        }
    }

    /// The ids of all interactions, as often as they are there.
    func storedIDs() async throws -> [String] {
        try await query("MATCH (:User)-[r:INTERACTED]->(:Product) RETURN r.event_id").compactMap(\.first?.string)
    }

    /// How many interactions there are.
    func interactions() async throws -> Int {
        try await query("MATCH ()-[r:INTERACTED]->() RETURN count(r)").first?.first?.integer ?? 0
    }
}
