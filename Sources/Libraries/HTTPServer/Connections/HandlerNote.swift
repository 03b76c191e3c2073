import Synchronization

/// What the handler of a connection's current request has left for the answer that takes the place of its own.
///
/// One per connection; written by handlers, on any thread, and read on the loop.
final class HandlerNote: Sendable {
    private struct State {
        var request: UInt64 = 0
        var note: (any Sendable)?
    }

    private let state = Mutex(State())

    /// Keeps the note of a request.
    ///
    /// - Returns: Whether the handler of that request is still waited for; otherwise nothing is kept.
    func set(_ note: (any Sendable)?, of request: UInt64) -> Bool {
        state.withLock { state in
            guard request >= state.request else { return false }
            state = State(request: request, note: note)
            return true
        }
    }

    /// The note of a request, whose handler is not waited for any more.
    func giveUp(_ request: UInt64) -> (any Sendable)? {
        state.withLock { state in
            defer { state = State(request: request + 1) }
            return state.request == request ? state.note : nil
        }
    }
}
