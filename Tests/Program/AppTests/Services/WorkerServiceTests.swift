import Events
import Messaging
import Observability
import PipelineTesting
import Testing
import Workers

@testable import App

@Suite(.timeLimit(.minutes(5))) struct WorkerServiceTests {
    private func service(_ broker: FakeBroker, _ plan: WorkerPlan) -> WorkerService {
        WorkerService(
            Pipeline(broker: broker, graph: FakeGraphStore(), profiles: FakeProfileStore()), plan: plan,
            tuning: WorkerConfiguration(), log: Log(now: { .now }, write: { _ in }))
    }

    @Test("a cancelled service has settled the events that its workers held")
    func serviceThatIsCancelledHasSettled() async throws {
        let broker = FakeBroker()
        let message = Message(
            body: Array(#"{"user_id":1,"product_id":7,"event_type":"view","user_session":"s"}"#.utf8),
            properties: MessageProperties(timestamp: 1_700_000_000))
        broker.put(Array(repeating: message, count: 100), into: PipelineTopology.graphQueue)
        try await ServiceGroup([service(broker, .standard)]).run {
            while broker.settled.count < 100 { await Task.yield() }
        }
        #expect(broker.settled.allSatisfy { $0.settlement == .acknowledge })
    }

    @Test("a plan without workers ends at once")
    func planWithoutWorkersEndsAtOnce() async {
        await service(FakeBroker(), .none).run()
    }
}
