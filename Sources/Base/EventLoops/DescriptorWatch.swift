import Glibc
import Synchronization

/// Waits for one event of a descriptor on an ``EventLoop``. Arming and disarming on the loop take no system call.
///
/// Safe to use from any thread; on the loop it is certain that no call comes after ``disarm()`` or ``cancel()``. The
/// descriptor may be closed once it was cancelled.
public final class DescriptorWatch: Sendable {
    /// What is waited for.
    public enum Event: Sendable {
        /// There is something to read, or nothing will come any more.
        case readable
        /// There is room to write.
        case writable
    }

    private enum Phase: UInt8, AtomicRepresentable {
        case idle, armed, cancelled
    }

    private let descriptor: Int32
    private let event: Event
    private let handler: @Sendable () -> Void
    private let core: EventLoopCore
    /// Changes under the lock of the core only.
    private let phase = Atomic(Phase.idle)

    init(_ descriptor: Int32, _ event: Event, handler: @escaping @Sendable () -> Void, core: EventLoopCore) {
        self.descriptor = descriptor
        self.event = event
        self.handler = handler
        self.core = core
    }

    /// The handler is called when the event comes, and again until ``disarm()``. The loop keeps an armed watch alive.
    public func arm() {
        if phase.load(ordering: .relaxed) == .idle { core.arm(self) }
    }

    /// No more calls until ``arm()``.
    public func disarm() {
        if phase.load(ordering: .relaxed) == .armed { core.disarm(self, forGood: false) }
    }

    /// No more calls ever: arming has no effect any more.
    public func cancel() {
        core.disarm(self, forGood: true)
    }

    // MARK: For the core, under its lock

    /// - Returns: whether it was idle.
    func becomeArmed() -> Bool {
        phase.compareExchange(expected: .idle, desired: .armed, ordering: .relaxed).exchanged
    }

    /// - Returns: whether it was armed.
    func becomeDisarmed(forGood: Bool) -> Bool {
        let old = phase.load(ordering: .relaxed)
        if old != .cancelled { phase.store(forGood ? .cancelled : .idle, ordering: .relaxed) }
        return old == .armed
    }

    /// What `poll` is asked.
    var request: pollfd {
        pollfd(fd: descriptor, events: Int16(event == .readable ? POLLIN : POLLOUT), revents: 0)
    }

    /// `poll` has told of it. A handler that was called before may have disarmed it.
    func happened() {
        if phase.load(ordering: .relaxed) == .armed { handler() }
    }
}
