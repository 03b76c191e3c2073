/// When an owner of a stream writes: one write at a time, each with everything that was queued while the last one was
/// under way; and who waits because too much is queued.
///
/// A value without I/O, confined to the owner, which does what it says. The queue is the owner's, so that a message
/// costs one question here and no more.
///
///     idle ──── wake ────> woken        the owner schedules a turn, behind the work that its loop has already, so
///                                       that what that work queues goes out with it
///     woken ─── turn ────> writing      with all that is queued; idle when nothing is
///     writing ─ written ─> idle
@frozen
public struct StreamWriter: Sendable {
    @frozen
    @usableFromInline
    enum State: Sendable {
        case idle, woken, writing, closed
    }

    /// What the owner does in a turn.
    public enum Turn: Sendable, Hashable {
        /// Write all that is queued, and call ``StreamWriter/written()`` when that is done.
        case write
        /// What the owner likes: nothing is queued, and nothing is under way.
        case idle
        /// Nothing: the writer was closed meanwhile.
        case nothing
    }

    /// How many bytes may be queued before callers who can wait do so.
    public let limit: Int
    @usableFromInline var state = State.idle
    private var room: [CheckedContinuation<Void, Never>] = []

    /// A writer of an empty queue.
    ///
    /// - Parameter limit: how many bytes may be queued before callers who can wait do so.
    public init(limit: Int) {
        self.limit = limit
    }

    /// Whether the writer was closed, so that nothing is written any more.
    public var isClosed: Bool { state == .closed }

    /// Something was queued, or the owner wants to hear when nothing is.
    ///
    /// - Returns: whether the owner has to schedule a turn; otherwise one comes anyway.
    @inlinable
    public mutating func wake() -> Bool {
        guard state == .idle else { return false }
        state = .woken
        return true
    }

    /// The scheduled turn has come.
    ///
    /// - Parameter queued: how many bytes are queued now.
    /// - Returns: what the owner has to do.
    public mutating func turn(queued: Int) -> Turn {
        guard state == .woken else { return .nothing }
        state = queued > 0 ? .writing : .idle
        return queued > 0 ? .write : .idle
    }

    /// The write is done: those who wait for room go on, and look again.
    public mutating func written() {
        guard state == .writing else { return }
        state = .idle
        letGo()
    }

    /// Nothing is written any more, and nobody waits.
    public mutating func close() {
        state = .closed
        letGo()
    }

    /// Keeps a caller until the next write is done; after ``close()`` the caller goes on at once.
    ///
    /// - Parameter caller: resumed exactly once, if the owner closes the writer at last.
    public mutating func wait(_ caller: CheckedContinuation<Void, Never>) {
        if state == .closed { caller.resume() } else { room.append(caller) }
    }

    private mutating func letGo() {
        let callers = room
        room = []
        for caller in callers { caller.resume() }
    }
}
