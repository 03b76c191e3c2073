import FoundationEssentials

/// A server of Qdrant's REST API: Qdrant's engine behind a test server of this project.
package enum Qdrant: TestService {
    package static let name = "qdrant"

    /// The address of a server, and the key that it wants.
    package struct Addresses: Decodable, Sendable {
        /// `http://127.0.0.1:PORT`.
        package let http: String
        package let apiKey: String?

        enum CodingKeys: String, CodingKey {
            case http
            case apiKey = "api_key"
        }
    }

    package static let sharedNode = Task { try await QdrantNode.start() }

    /// The server that tests use: the one that the environment's `QDRANT_URL` names, with the key in `QDRANT_API_KEY`, else
    /// ``sharedNode``. Tests that need faults, kills or a clean server take a node of their own.
    package static func addresses() async throws -> Addresses {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["QDRANT_URL"], !url.isEmpty else { return try await QdrantNode.shared().addresses }
        return Addresses(http: url, apiKey: environment["QDRANT_API_KEY"])
    }
}

/// A private Qdrant of this test process.
package typealias QdrantNode = ServiceNode<Qdrant>
