import Testing
import Workers

@testable import App

@Suite struct SupervisionStateTests {
    private var state = SupervisionState(activity: "serves on http://127.0.0.1:8000", isWatched: true)

    @Test("the first beat says that the service is ready and what it does, the others that it is alive")
    mutating func ready() {
        #expect(state.beat(WorkersState()) == "READY=1\nWATCHDOG=1\nSTATUS=serves on http://127.0.0.1:8000")
        #expect(state.beat(WorkersState()) == "WATCHDOG=1")
        #expect(state.beat(WorkersState()) == "WATCHDOG=1")
    }

    @Test("a worker that hangs is named once, and not called alive until it goes on")
    mutating func hangs() {
        _ = state.beat(WorkersState())
        let hanging = WorkersState(stalls: ["events.qdrant": .seconds(130)])
        #expect(
            state.beat(hanging)
                == "STATUS=serves on http://127.0.0.1:8000; the worker of events.qdrant hangs")
        #expect(state.beat(WorkersState(stalls: ["events.qdrant": .seconds(140)])) == nil)
        #expect(state.beat(WorkersState()) == "WATCHDOG=1\nSTATUS=serves on http://127.0.0.1:8000")
    }

    @Test("a worker that waits for its store or its broker is alive, and what it waits for is told in one line")
    mutating func waits() {
        _ = state.beat(WorkersState())
        let waiting = WorkersState(
            pauses: ["events.neo4j": "connection\nrefused"],
            interruptions: ["events.qdrant": WorkersState.Interruption(cause: "closed", duration: .seconds(3))])
        #expect(
            state.beat(waiting)
                == "WATCHDOG=1\nSTATUS=serves on http://127.0.0.1:8000; events.neo4j waits: connection refused; "
                + "events.qdrant gets nothing from the broker")
    }

    @Test("where nobody watches, only changes are told")
    func unwatched() {
        var state = SupervisionState(activity: "serves", isWatched: false)
        #expect(state.beat(WorkersState()) == "READY=1\nSTATUS=serves")
        #expect(state.beat(WorkersState()) == nil)
    }

    @Test("a beat that could not be sent is asked for again")
    func again() {
        let state = state
        var (first, second) = (state, state)
        #expect(first.beat(WorkersState()) == second.beat(WorkersState()))
    }
}
