package import Events
import Stores
import Synchronization

/// The sessions that have changed since vectors of products were learned, as workers report them. Safe to use from any
/// task.
package final class ChangedSessions: Sendable {
    private struct State {
        var sessions: Set<String> = []
        var isOverfull = false
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: The most sessions that are kept; of more, only that there were more is.
    package init(limit: Int = 50_000) {
        self.limit = limit
    }

    /// Notes the sessions of events that the graph has stored, or may have stored.
    package func add(_ events: [Event]) {
        state.withLock { state in
            for event in events where event.isTouch {
                guard state.sessions.count < limit else {
                    state.isOverfull = true
                    return
                }
                state.sessions.insert(event.session)
            }
        }
    }

    /// Takes all sessions; nil where there were more than are kept, so that any may have changed.
    func take() -> Set<String>? {
        state.withLock { state in
            defer { state = State() }
            return state.isOverfull ? nil : state.sessions
        }
    }
}
