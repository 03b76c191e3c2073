import FoundationEssentials

/// A server that speaks Bolt: Neo4j where the environment's `NEO4J_SERVER` names a program that runs it, else ArcadeDB.
package enum Neo4j: TestService {
    package static let name = "neo4j"

    /// The addresses of a server, and who logs on there.
    package struct Addresses: Decodable, Sendable {
        /// `bolt://127.0.0.1:PORT`.
        package let bolt: String
        package let user: String
        package let password: String
        /// `Neo4j` or `ArcadeDB`.
        package let server: String
        /// `bolt+s://localhost:PORT`, of a server that was started with TLS.
        package let boltTLS: String?
        /// The PEM file of the authority that signed the server's certificate.
        package let certificateAuthority: String?

        /// Whether this is Neo4j, rather than what takes its place.
        package var isReal: Bool { server == "Neo4j" }

        enum CodingKeys: String, CodingKey {
            case bolt, user, password, server
            case boltTLS = "bolt+s"
            case certificateAuthority = "certificate_authority"
        }
    }

    package static let sharedNode = Task { try await Neo4jNode.start() }

    /// Whether tests get Neo4j itself. What ArcadeDB lacks is a condition of the tests that need it.
    package static var isReal: Bool { ProcessInfo.processInfo.environment["NEO4J_SERVER"]?.isEmpty == false }
}

/// A private Bolt server of this test process.
package typealias Neo4jNode = ServiceNode<Neo4j>
