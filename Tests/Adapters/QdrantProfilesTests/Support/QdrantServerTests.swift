import EventLoops
import FoundationEssentials
import HTTPMessages
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

/// Suites on one server, one after the other: they make and delete its collections. `QDRANT_URL` in the environment names a
/// real server, whose collections are deleted.
@Suite(.serialized, .timeLimit(.minutes(5))) enum QdrantServerTests {
    /// The server without any collection.
    static func emptyServer() async throws -> TestServer {
        let server = TestServer(try await Qdrant.addresses())
        try await server.empty()
        return server
    }
}

/// A server of these tests, used without the adapter.
struct TestServer: Sendable {
    let addresses: Qdrant.Addresses
    let driver: QdrantDriver

    init(_ addresses: Qdrant.Addresses) {
        self.addresses = addresses
        do {
            driver = QdrantDriver(try QdrantConfiguration(url: addresses.http, apiKey: addresses.apiKey))
        } catch {
            fatalError("\(addresses.http): \(error)")
        }
    }

    func configuration(
        _ formula: ProfileFormula = ProfileFormula()
    ) throws(StoreError) -> QdrantProfilesConfiguration {
        var configuration = try QdrantProfilesConfiguration(
            url: addresses.http, apiKey: addresses.apiKey, formula: formula)
        configuration.qdrant.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(5))
        return configuration
    }

    func store(
        _ formula: ProfileFormula = ProfileFormula(), notify: @escaping @Sendable (QdrantNotice) -> Void = { _ in }
    ) throws(StoreError) -> QdrantProfileStore {
        QdrantProfileStore(try configuration(formula), notify: notify)
    }

    /// Deletes all collections.
    func empty() async throws {
        try await faults("[]")
        for name in try await driver.send(.collections) { _ = try await driver.send(.deleteCollection(name)) }
    }

    /// Has the test server make these faults, as JSON; a real server makes none.
    func faults(_ rules: String) async throws {
        guard ProcessInfo.processInfo.environment["QDRANT_URL"] == nil else { return }
        _ = try await driver.send(.other(.post, ["_faults"], body: JSONValue(parsing: Array(rules.utf8))))
    }

    /// The payloads of all points of a collection, by their ids.
    func payloads(_ collection: String) async throws -> [QdrantPointID: [String: JSONValue]] {
        var payloads: [QdrantPointID: [String: JSONValue]] = [:]
        for record in try await records(collection) { payloads[record.id] = try record.payload?.fields() }
        return payloads
    }

    func records(_ collection: String) async throws -> [QdrantRecord] {
        var records: [QdrantRecord] = []
        var next: QdrantPointID?
        repeat {
            let page = try await driver.send(
                .scroll(QdrantScroll(from: next, limit: 1_000, with: .all), in: collection))
            records += page.points
            next = page.next
        } while next != nil
        return records
    }
}
