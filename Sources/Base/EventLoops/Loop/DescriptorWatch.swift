import CLinux
import Synchronization

/// Waits for one event of a descriptor on an ``EventLoop``, which makes it (``EventLoop/watch(_:for:handler:)``).
///
/// The handler is called as often as the loop finds the descriptor ready while the watch is armed. Disarming takes no
/// system call, and arming again takes none unless something came meanwhile. For many sockets see ``ReadinessWatch``.
///
/// Safe to use from any thread. On the loop no call of the handler comes after ``disarm()`` or ``cancel()``; on another
/// thread a call may be under way. The descriptor may be closed once the watch is cancelled, and not before.
public final class DescriptorWatch: Sendable {
    /// What a watch waits for.
    public enum Event: Sendable {
        /// A read would not wait: bytes are there, or the peer has ended, or an error is to be reported.
        case readable
        /// A write would not wait: the buffer has room, or an error is to be reported.
        case writable
    }

    private enum Phase: UInt8, AtomicRepresentable {
        case idle, armed, cancelled
    }

    let descriptor: Int32
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

    /// Calls the handler from now on whenever the event is there, until ``disarm()``.
    ///
    /// The loop keeps an armed watch alive. Arming one that is armed or cancelled has no effect. Where the system has no
    /// memory for the watch, the calls begin once it has.
    public func arm() {
        if phase.load(ordering: .relaxed) == .idle { core.arm(self) }
    }

    /// Stops the calls of the handler until ``arm()``.
    public func disarm() {
        if phase.load(ordering: .relaxed) == .armed { core.disarm(self, forGood: false) }
    }

    /// Stops the calls of the handler for good: arming has no effect any more.
    public func cancel() {
        core.disarm(self, forGood: true)
    }

    // MARK: For the core, under its lock

    /// - Returns: Whether it was idle.
    func becomeArmed() -> Bool {
        phase.compareExchange(expected: .idle, desired: .armed, ordering: .relaxed).exchanged
    }

    /// - Returns: Whether it was armed.
    func becomeDisarmed(forGood: Bool) -> Bool {
        let old = phase.load(ordering: .relaxed)
        if old != .cancelled { phase.store(forGood ? .cancelled : .idle, ordering: .relaxed) }
        return old == .armed
    }

    /// The event as the system names it.
    var events: UInt32 { event == .readable ? clinux_readable : clinux_writable }

    /// The system has reported the event. A handler that was called before may have disarmed this watch.
    func happened() {
        if phase.load(ordering: .relaxed) == .armed { handler() }
    }
}
