import PipelineTesting
import Stores
import Testing

/// One graph in memory, which is the same for all stores on it.
private struct Memory: CoViewFactory {
    let graph = FakeGraphStore()

    func store() async throws -> any GraphStore { graph }
}

@Test(
    "the graph in memory answers for co-views as every store does", .timeLimit(.minutes(5)),
    arguments: CoViewConformanceCase.all)
func fakeGraphConforms(_ conformance: CoViewConformanceCase) async throws {
    try await conformance.run(with: Memory())
}
