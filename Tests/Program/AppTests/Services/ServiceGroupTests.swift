import TestSupport
import Testing

@testable import App

@Suite(.timeLimit(.minutes(5))) struct ServiceGroupTests {
    private struct Failure: Error {}

    private struct Recording: Service {
        enum End { case whenCancelled, atOnce, failing, failingWhenCancelled }

        let name: String
        let history: Recorder<String>
        var end = End.whenCancelled

        func run() async throws {
            history.append("start \(name)")
            switch end {
            case .atOnce: return
            case .failing: throw Failure()
            case .whenCancelled, .failingWhenCancelled: await untilCancelled()
            }
            history.append("stop \(name)")
            // The current work takes a while; the next service must wait for its end.
            for _ in 0..<10 { await Task.yield() }
            history.append("end \(name)")
            if case .failingWhenCancelled = end { throw Failure() }
        }
    }

    private let history = Recorder<String>()

    private func service(_ name: String, _ end: Recording.End = .whenCancelled) -> Recording {
        Recording(name: name, history: history, end: end)
    }

    /// Returns when `count` lines were written.
    private func lines(_ count: Int) async {
        while history.entries.count < count { await Task.yield() }
    }

    @Test("services start in order and are stopped in reverse, each after the one before has ended")
    func servicesStartInOrderAndAre() async throws {
        try await ServiceGroup([service("a"), service("b"), service("c")]).run {
            await lines(3)
            history.append("signal")
        }
        #expect(
            history.entries == [
                "start a", "start b", "start c", "signal", "stop c", "end c", "stop b", "end b", "stop a", "end a",
            ])
    }

    @Test("the first failure ends all others, and is thrown", arguments: [0, 1, 2])
    func firstFailureEndsAllOthersAnd(failing: Int) async {
        let names = ["a", "b", "c"]
        let services = names.enumerated().map { service($1, $0 == failing ? .failing : .whenCancelled) }
        await #expect(throws: Failure.self) { try await ServiceGroup(services).run { await untilCancelled() } }
        for name in names where name != names[failing] {
            #expect(history.entries.contains("end \(name)"), "\(history.entries)")
        }
    }

    @Test("a failure while a service stops is thrown when the others have ended")
    func failureWhileAServiceStopsIs() async {
        let services = [service("a"), service("b", .failingWhenCancelled)]
        await #expect(throws: Failure.self) { try await ServiceGroup(services).run { await lines(2) } }
        #expect(history.entries == ["start a", "start b", "stop b", "end b", "stop a", "end a"])
    }

    @Test("a service that returns by itself leaves the others alone")
    func serviceThatReturnsByItselfLeaves() async throws {
        try await ServiceGroup([service("a", .atOnce), service("b"), service("c", .atOnce)]).run {
            await lines(3)
            for _ in 0..<10 { await Task.yield() }
            history.append("signal")
        }
        #expect(history.entries == ["start a", "start b", "start c", "signal", "stop b", "end b"])
    }

    @Test("cancelling the group's task stops all services and the wait for the signal")
    func cancellingTheGroupsTaskStopsAll() async throws {
        let services = [service("a"), service("b")]
        let running = Task { try await ServiceGroup(services).run { await untilCancelled() } }
        await lines(2)
        running.cancel()
        try await running.value
        #expect(Set(history.entries.suffix(4)) == ["stop a", "end a", "stop b", "end b"])
    }

    @Test("a group without services waits for the signal")
    func groupWithoutServicesWaitsForThe() async throws {
        try await ServiceGroup([]).run { history.append("signal") }
        #expect(history.entries == ["signal"])
    }
}
