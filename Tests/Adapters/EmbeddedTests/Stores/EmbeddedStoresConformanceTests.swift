import Embedded
import PipelineTesting
import Stores
import TestSupport
import Testing

/// Stores on one data folder, each with a database connection of its own, as processes have.
private struct Folder: GraphFactory, ProfileStoreFactory {
    let directory: TemporaryDirectory

    func graph() async throws -> any GraphStore {
        try await EmbeddedGraphStore.open(directory: directory.file("data"))
    }

    func profiles(_ formula: ProfileFormula) async throws -> any ProfileStore {
        try await EmbeddedProfileStore.open(directory: directory.file("data"), formula: formula)
    }
}

@Test("the embedded graph conforms", .timeLimit(.minutes(2)), arguments: GraphConformanceCase.all)
func embeddedGraphConforms(_ conformance: GraphConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}

@Test("the embedded profiles conform", .timeLimit(.minutes(2)), arguments: ProfileConformanceCase.all)
func embeddedProfilesConform(_ conformance: ProfileConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}
