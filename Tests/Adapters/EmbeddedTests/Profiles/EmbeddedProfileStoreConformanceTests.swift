import Embedded
import PipelineTesting
import Stores
import TestSupport
import Testing

/// Profile stores on one data folder, each with a database connection of its own, as processes have.
private struct Folder: ProfileStoreFactory {
    let directory: TemporaryDirectory

    func profiles(_ formula: ProfileFormula) async throws -> any ProfileStore {
        try await EmbeddedProfileStore.open(directory: directory.file("data"), formula: formula)
    }
}

@Test("the embedded profiles conform", .timeLimit(.minutes(5)), arguments: ProfileConformanceCase.all)
func embeddedProfilesConform(_ conformance: ProfileConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}
