import Messaging
import Synchronization

/// What waits for the engine's next transaction. Whatever arrives while one is under way shares the next one.
///
/// Safe to use from any thread; none waits longer than it takes to append to an array.
final class Inbox: Sendable {
    enum Admission: Equatable {
        case closed
        /// Too many bytes wait already.
        case full
        case accepted
        /// The engine has to be scheduled; nobody else will do it.
        case acceptedFirst
    }

    /// What one transaction takes.
    struct Batch: Sendable {
        var publishes: [PublishRequest] = []
        var commands: [Command] = []
    }

    private struct State {
        var publishes: [PublishRequest] = []
        var commands: [Command] = []
        var pendingBytes = 0
        var isScheduled = false
        var isClosed = false

        mutating func admit() -> Admission {
            if isScheduled { return .accepted }
            isScheduled = true
            return .acceptedFirst
        }
    }

    /// So many publications end a transaction's share of them: consumers and later publishers are not to wait for long.
    private static let publicationsPerBatch = 1_000
    private static let bytesPerBatch = 4 << 20

    private let state = Mutex(State())
    private let maximumPendingBytes: Int

    init(maximumPendingBytes: Int) {
        self.maximumPendingBytes = maximumPendingBytes
    }

    func append(_ request: PublishRequest) -> Admission {
        let size = request.size
        return state.withLock { state in
            if state.isClosed { return .closed }
            // Alone, even a request above the bound is taken.
            guard state.pendingBytes == 0 || state.pendingBytes + size <= maximumPendingBytes else { return .full }
            state.pendingBytes += size
            state.publishes.append(request)
            return state.admit()
        }
    }

    /// Commands are as many as there are callers that wait for them.
    ///
    /// - Parameter isLast: whether it is taken although the inbox was closed.
    func append(_ command: Command, isLast: Bool = false) -> Admission {
        state.withLock { state in
            if state.isClosed, !isLast { return .closed }
            state.commands.append(command)
            return state.admit()
        }
    }

    /// Asks for a transaction without having anything for it.
    func poke() -> Admission {
        state.withLock { $0.admit() }
    }

    /// Puts commands back before all others.
    func putBack(_ commands: [Command]) {
        state.withLock { $0.commands.insert(contentsOf: commands, at: 0) }
    }

    func take(publications takesPublications: Bool = true) -> Batch {
        state.withLock { state in
            var batch = Batch()
            swap(&batch.commands, &state.commands)
            guard takesPublications else { return batch }
            var (count, bytes, publications) = (0, 0, 0)
            for request in state.publishes {
                count += 1
                bytes += request.size
                publications += request.publications.count
                if publications >= Self.publicationsPerBatch || bytes >= Self.bytesPerBatch { break }
            }
            if count == state.publishes.count {
                swap(&batch.publishes, &state.publishes)
            } else {
                batch.publishes = Array(state.publishes.prefix(count))
                state.publishes.removeFirst(count)
            }
            state.pendingBytes -= bytes
            return batch
        }
    }

    /// Called when a transaction has ended.
    ///
    /// - Returns: whether the engine has to go on; if not, the next one who appends schedules it.
    func hasMore() -> Bool {
        state.withLock { state in
            state.isScheduled = !state.publishes.isEmpty || !state.commands.isEmpty
            return state.isScheduled
        }
    }

    /// Takes nothing more, except what is last.
    ///
    /// - Returns: whether it was open.
    func close() -> Bool {
        state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    var isEmpty: Bool {
        state.withLock { $0.publishes.isEmpty && $0.commands.isEmpty }
    }
}
