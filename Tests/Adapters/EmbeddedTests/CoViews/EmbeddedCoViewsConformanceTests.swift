import Embedded
import PipelineTesting
import Stores
import TestSupport
import Testing

/// Stores on one data folder, each with a database connection of its own, as processes have.
private struct Folder: CoViewFactory {
    let directory: TemporaryDirectory

    func store() async throws -> any GraphStore {
        try await EmbeddedGraphStore.open(directory: directory.file("data"))
    }
}

@Test(
    "the embedded graph answers for co-views as the definitions do", .timeLimit(.minutes(5)),
    arguments: CoViewConformanceCase.all)
func embeddedCoViewsConform(_ conformance: CoViewConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}
