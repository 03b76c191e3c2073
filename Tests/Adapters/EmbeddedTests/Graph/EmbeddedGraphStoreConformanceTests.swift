import Embedded
import PipelineTesting
import Stores
import TestSupport
import Testing

/// Graphs on one data folder, each with a database connection of its own, as processes have.
private struct Folder: GraphFactory {
    let directory: TemporaryDirectory

    func graph() async throws -> any GraphStore {
        try await EmbeddedGraphStore.open(directory: directory.file("data"))
    }
}

@Test("the embedded graph conforms", .timeLimit(.minutes(5)), arguments: GraphConformanceCase.all)
func embeddedGraphConforms(_ conformance: GraphConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}
