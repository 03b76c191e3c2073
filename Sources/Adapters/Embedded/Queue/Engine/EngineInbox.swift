import EventLoops
import Messaging
import Synchronization

/// The work that waits for the engine's next transaction. Work that arrives during a transaction shares the next.
///
/// Safe to use from any thread; no thread waits for longer than appending to an array takes.
final class EngineInbox: Sendable {
    enum Admission: Equatable {
        case closed
        /// Too many bytes already wait.
        case full
        case accepted
        /// The caller must schedule the engine; nobody else will.
        case acceptedFirst

        fileprivate init(isFirst: Bool) {
            self = isFirst ? .acceptedFirst : .accepted
        }
    }

    /// The work of one transaction.
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

    /// The publications after which a transaction takes no more: consumers and later publishers must not wait for long.
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
            // A request above the bound is accepted if it is alone.
            guard state.pendingBytes == 0 || state.pendingBytes + size <= maximumPendingBytes else { return .full }
            state.pendingBytes += size
            return Admission(isFirst: state.publishes.append(request))
        }
    }

    /// Needs no bound: there are only as many commands as callers that wait for them.
    ///
    /// - Parameter isLast: whether the command is accepted although the inbox was closed.
    func append(_ command: Command, isLast: Bool = false) -> Admission {
        state.withLock { state in
            if state.isClosed, !isLast { return .closed }
            state.commands.append(command)
            return Admission(isFirst: state.publishes.scheduleTurn())
        }
    }

    /// Asks for a transaction without adding work.
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
    /// - Returns: whether the engine must go on; if not, the next caller that appends schedules it.
    func hasMore() -> Bool {
        state.withLock { $0.publishes.endTurn(hasMore: !$0.commands.isEmpty) }
    }

    /// Accepts nothing more, except the last command.
    ///
    /// - Returns: whether the inbox was open.
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
