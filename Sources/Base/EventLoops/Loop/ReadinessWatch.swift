import CLinux
import Synchronization

/// Reports each change of a socket's readiness, which an ``EventLoop`` finds
/// (``EventLoop/watchChanges(of:handler:)``).
///
/// A ``DescriptorWatch`` is called again and again for as long as its one event is there; this watch tells once that
/// something has come, in either direction: it costs no system call per request, however many sockets there are. The
/// handler, or what it calls, therefore reads until the system has no more (a read that returned less than was asked for
/// is such a read), and writes until the system takes no more, and notes what it left undone.
///
/// Safe to use from any thread. On the loop no call of the handler comes after ``cancel()``. The socket may be closed
/// once the watch is cancelled, and not before.
public final class ReadinessWatch: Sendable {
    /// What has changed.
    public struct Changes: OptionSet, Sendable, Hashable {
        /// The bits, which have no meaning outside of the process.
        public let rawValue: UInt32

        /// Makes a set from its bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// Bytes have come, or a connection to be accepted.
        public static let readable = Changes(rawValue: clinux_readable)
        /// The system takes bytes again.
        public static let writable = Changes(rawValue: clinux_writable)
        /// The peer has ended its side, behind the bytes that are still to be read.
        public static let peerEnded = Changes(rawValue: clinux_peer_ended)
        /// Neither side can send any more: the peer has reset the connection, or both sides have ended it.
        public static let hungUp = Changes(rawValue: clinux_hung_up)
        /// The socket has an error, which the next call reports.
        public static let failed = Changes(rawValue: clinux_failed)
    }

    let descriptor: Int32
    private let handler: @Sendable (Changes) -> Void
    private let core: EventLoopCore
    private let isCancelled = Atomic(false)

    init(_ descriptor: Int32, handler: @escaping @Sendable (Changes) -> Void, core: EventLoopCore) {
        self.descriptor = descriptor
        self.handler = handler
        self.core = core
    }

    /// Stops the calls of the handler for good, and lets go of it once a call that is under way has returned.
    public func cancel() {
        if !isCancelled.exchange(true, ordering: .relaxed) { core.forget(self) }
    }

    /// The system has reported changes. A handler that was called before may have cancelled this watch.
    func happened(_ changes: UInt32) {
        if !isCancelled.load(ordering: .relaxed) { handler(Changes(rawValue: changes)) }
    }
}
