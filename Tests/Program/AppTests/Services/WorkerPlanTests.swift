import App
import Testing

@Suite struct WorkerPlanTests {
    @Test("a plan names kinds and numbers")
    func planNamesKindsAndNumbers() throws {
        #expect(try WorkerPlan("neo4j=2,qdrant=1").counts == [.neo4j: 2, .qdrant: 1])
        #expect(try WorkerPlan("qdrant=0").counts == [.qdrant: 0])
    }

    @Test(
        "the error of an invalid plan names the invalid part",
        arguments: [
            "", "neo4j", "neo4j=", "neo4j=x", "neo4j=-1", "neo4j=65", "neo4j=1,neo4j=2", "redis=1", "neo4j=1,",
        ])
    func planThatIsNoneTells(text: String) {
        #expect(throws: WorkerPlan.Failure.self) { try WorkerPlan(text) }
    }

    @Test("each kind has its queue")
    func eachKindHasItsQueue() {
        #expect(WorkerPlan.Kind.allCases.map(\.queue) == ["events.neo4j", "events.qdrant"])
    }
}
