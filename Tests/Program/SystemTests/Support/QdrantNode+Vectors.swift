import FoundationEssentials
import HTTPMessages
import JSON
import QdrantClient
import TestSupport

extension Qdrant.Addresses {
    /// Options of every command for the vectors on this server. The key is in ``secrets``.
    var flags: [String] { ["--vectors", http] }
    /// Variables of the environment that go with ``flags``.
    var secrets: [String: String] { apiKey.map { ["QDRANT_API_KEY": $0] } ?? [:] }
}

extension QdrantNode {
    /// Sends a request without the program that is tested.
    nonisolated func send<Answer: Sendable>(_ request: QdrantRequest<Answer>) async throws -> Answer {
        let driver = QdrantDriver(try QdrantConfiguration(url: addresses.http, apiKey: addresses.apiKey))
        return try await driver.send(request)
    }

    /// Has the server make these faults, as JSON.
    nonisolated func faults(_ rules: String) async throws {
        _ = try await send(.other(.post, ["_faults"], body: JSONValue(parsing: Array(rules.utf8))))
    }

    /// The ids of all interactions.
    nonisolated func storedIDs() async throws -> [String] {
        var ids: [String] = []
        var next: QdrantPointID?
        repeat {
            let page = try await send(
                .scroll(QdrantScroll(from: next, limit: 1_000, with: .id), in: "interactions"))
            ids += page.points.map(\.id.description)
            next = page.next
        } while next != nil
        return ids
    }
}
