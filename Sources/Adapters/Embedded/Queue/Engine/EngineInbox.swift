import EventLoops
import Messaging
import Synchronization

/// What waits for the engine's next transaction. Whatever arrives while one is under way shares the next one.
///
/// Safe to use from any thread; none waits longer than it takes to append to an array.
final class EngineInbox: Sendable {
    enum Admission: Equatable {
        case closed
        /// Too many bytes wait already.
        case full
        case accepted
        /// The engine has to be scheduled; nobody else will do it.
        case acceptedFirst

        fileprivate init(isFirst: Bool) {
            self = isFirst ? .acceptedFirst : .accepted
        }
    }

    /// What one transaction takes.
    struct Batch: Sendable {
        var publishes: [PublishRequest] = []
        var commands: [Command] = []
    }

    private struct State {
        var publishes = BatchInbox<PublishRequest>()
        var commands: [Command] = []
        var pendingBytes = 0
        var isClosed = false
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
            return Admission(isFirst: state.publishes.append(request))
        }
    }

    /// Commands are as many as there are callers that wait for them.
    ///
    /// - Parameter isLast: whether it is taken although the inbox was closed.
    func append(_ command: Command, isLast: Bool = false) -> Admission {
        state.withLock { state in
            if state.isClosed, !isLast { return .closed }
            state.commands.append(command)
            return Admission(isFirst: state.publishes.scheduleTurn())
        }
    }

    /// Asks for a transaction without having anything for it.
    func requestTurn() -> Admission {
        Admission(isFirst: state.withLock { $0.publishes.scheduleTurn() })
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
            for request in state.publishes.waiting {
                count += 1
                bytes += request.size
                publications += request.publications.count
                if publications >= Self.publicationsPerBatch || bytes >= Self.bytesPerBatch { break }
            }
            batch.publishes = state.publishes.take(upTo: count)
            state.pendingBytes -= bytes
            return batch
        }
    }

    /// Called when a transaction has ended.
    ///
    /// - Returns: whether the engine has to go on; if not, the next one who appends schedules it.
    func hasMore() -> Bool {
        state.withLock { $0.publishes.endTurn(hasMore: !$0.commands.isEmpty) }
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
