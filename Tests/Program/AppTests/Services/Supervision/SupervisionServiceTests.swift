import EventLoops
import Events
import Observability
import Synchronization
import TestSupport
import Testing
import Workers

@testable import App

@Suite(.timeLimit(.minutes(1))) struct SupervisionServiceTests {
    private let directory: TemporaryDirectory
    private let listener: SupervisorListener

    init() throws {
        directory = try TemporaryDirectory()
        listener = try SupervisorListener(address: directory.path + "/notify")
    }

    private func service(
        watchdog: Duration?, _ workers: @escaping @Sendable () async -> WorkersState
    ) throws -> SupervisionService {
        try SupervisionService(
            SupervisionSettings(address: listener.address, watchdog: watchdog), activity: "works",
            log: Log(now: { .now }, write: { _ in }), workers: workers)
    }

    @Test("the supervisor hears of the start, of life twice in its time, and of the end before other services end")
    func life() async throws {
        let outlived = Outlived(listener: listener)
        try await ServiceGroup([outlived, service(watchdog: .milliseconds(50)) { WorkersState() }]).run {
            [listener] in
            while listener.count("WATCHDOG=1") < 4 { try? await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(listener.messages.first?.lines == ["READY=1", "WATCHDOG=1", "STATUS=works"])
        let hasHeard = outlived.hasHeardOfTheEnd.load(ordering: .acquiring)
        #expect(hasHeard)
    }

    @Test("the watchdog hears nothing while a worker hangs, nor while what has to be alive does not answer")
    func hangs() async throws {
        let stalled = WorkersState(stalls: ["events.neo4j": .seconds(121)])
        let (beats, answer) = (Recorder<Void>(), Latch<Void>())
        try await ServiceGroup([
            service(watchdog: .milliseconds(20)) {
                let beat = beats.append(())
                if beat == 40 { _ = await answer.wait() }
                return (10..<20).contains(beat) ? stalled : WorkersState()
            }
        ]).run { [listener] in
            while beats.count < 40 { try? await Task.sleep(for: .milliseconds(5)) }
            try? await Task.sleep(for: .milliseconds(200))
            // 39 beats, of which ten found a worker that hangs.
            #expect(listener.count("WATCHDOG=1") == 29)
            answer.set(())
        }
        #expect(listener.count("STATUS=works; the worker of events.neo4j hangs") == 1)
    }
}

/// A service that the supervised one was started after.
private final class Outlived: Service {
    let listener: SupervisorListener
    let hasHeardOfTheEnd = Atomic(false)

    init(listener: SupervisorListener) { self.listener = listener }

    func run() async {
        await untilCancelled()
        // The message was sent before; that it is read takes a moment, in which this task cannot sleep.
        let deadline = ContinuousClock.now + .seconds(10)
        while listener.count("STOPPING=1") == 0, ContinuousClock.now < deadline { await Task.yield() }
        hasHeardOfTheEnd.store(listener.count("STOPPING=1") == 1, ordering: .releasing)
    }
}
