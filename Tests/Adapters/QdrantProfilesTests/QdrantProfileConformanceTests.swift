import PipelineTesting
import Stores
import Testing

@testable import QdrantProfiles

/// Stores on one server, with connections of their own as processes have.
private struct Server: ProfileStoreFactory {
    let server: TestServer

    func profiles(_ formula: ProfileFormula) async throws -> any ProfileStore {
        try server.store(formula)
    }
}

extension QdrantServerTests {
    @Suite("Profiles on a server") struct QdrantProfileConformanceTests {
        @Test("the profiles on Qdrant conform", arguments: ProfileConformanceCase.all)
        func conforms(_ conformance: ProfileConformanceCase) async throws {
            try await conformance.run(with: Server(server: try await QdrantServerTests.emptyServer()))
        }
    }
}
