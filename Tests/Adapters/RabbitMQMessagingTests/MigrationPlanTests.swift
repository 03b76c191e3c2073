import Messaging
import Testing

@testable import RabbitMQMessaging

@Suite("The plan of a migration")
struct MigrationPlanTests {
    private static let work = Queue(name: "q", deadLetterExchange: "dlx")
    private static let delay = Queue(name: "q.5s", messageTTL: 5_000, deadLetterExchange: "", deadLetterRoutingKey: "q")
    private let family = MigrationPlan.Family(queue: work, delays: [delay])

    private func steps(
        q: MigrationPlan.Facts, delay: MigrationPlan.Facts = facts()
    ) -> [MigrationPlan.Step] {
        MigrationPlan.steps(for: family, ["q": q, "q.5s": delay])
    }

    private static func facts(
        exists: Bool = true, differs: Bool = false, hasAside: Bool = false
    ) -> MigrationPlan.Facts {
        MigrationPlan.Facts(exists: exists, differs: differs, hasAside: hasAside)
    }

    @Test("finds the families of the pipeline's queues")
    func families() {
        let families = MigrationPlan.families(of: PipelineTopology.topology())
        #expect(families.map(\.queue.name) == ["events.dlq", "events.neo4j", "events.qdrant"])
        #expect(families.map(\.delays.count) == [0, 3, 3])
    }

    @Test("is empty where everything is as wanted, or missing")
    func nothing() {
        #expect(steps(q: Self.facts()) == [])
        #expect(steps(q: Self.facts(exists: false), delay: Self.facts(exists: false)) == [])
    }

    @Test("empties delay queues before their work queue goes away, and fills them last but it")
    func workQueue() {
        #expect(
            steps(q: Self.facts(differs: true), delay: Self.facts(differs: true)) == [
                .makeAside("q.5s"), .putAside("q.5s"), .remove("q.5s"), .makeAside("q"), .putAside("q"), .remove("q"),
                .create, .bringBack("q.5s"), .removeAside("q.5s"), .bringBack("q"), .removeAside("q"),
            ])
        // A delay queue that stays as it is must not send anything to a queue that is away.
        #expect(
            steps(q: Self.facts(differs: true)) == [
                .makeAside("q.5s"), .putAside("q.5s"), .makeAside("q"), .putAside("q"), .remove("q"), .create,
                .bringBack("q.5s"), .removeAside("q.5s"), .bringBack("q"), .removeAside("q"),
            ])
    }

    @Test("leaves the work queue alone where only a delay differs")
    func delayOnly() {
        #expect(
            steps(q: Self.facts(), delay: Self.facts(differs: true)) == [
                .makeAside("q.5s"), .putAside("q.5s"), .remove("q.5s"), .create, .bringBack("q.5s"),
                .removeAside("q.5s"),
            ])
    }

    @Test("goes on with what is left, wherever a migration was broken off")
    func resumed() {
        // Deleted, and not made anew.
        let aside = Self.facts(exists: false, hasAside: true)
        let rest: [MigrationPlan.Step] = [
            .create, .bringBack("q.5s"), .removeAside("q.5s"), .bringBack("q"), .removeAside("q"),
        ]
        #expect(steps(q: aside, delay: aside) == rest)
        // Made anew, and not brought back.
        #expect(steps(q: Self.facts(hasAside: true), delay: Self.facts(hasAside: true)) == rest)
        #expect(steps(q: Self.facts(hasAside: true)) == [.create, .bringBack("q"), .removeAside("q")])
        // Put aside in part, and still there with the old arguments.
        #expect(
            steps(q: Self.facts(differs: true, hasAside: true), delay: Self.facts(exists: false, hasAside: true)) == [
                .makeAside("q"), .putAside("q"), .remove("q"), .create, .bringBack("q.5s"), .removeAside("q.5s"),
                .bringBack("q"), .removeAside("q"),
            ])
    }
}
