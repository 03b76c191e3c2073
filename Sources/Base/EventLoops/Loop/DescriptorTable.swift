import CLinux
import Glibc

/// The descriptors that a loop waits for, and what the system (epoll) was told of them.
///
/// Guarded by the lock of its ``EventLoopCore``.
struct DescriptorTable {
    /// What one descriptor is waited for.
    private struct Entry {
        /// The armed watches; there are two at most in practice, one per direction.
        var watches: [DescriptorWatch] = []
        var changes: ReadinessWatch?
        /// What the system was told; 0 where it does not know the descriptor.
        var registered: UInt32 = 0
        /// Rises with each registration, so that an event of a descriptor that has been closed is not taken for one of the
        /// next file with its number.
        var generation: UInt32 = 0

        var wanted: UInt32 {
            if changes != nil { return Self.allChanges }
            return watches.reduce(0) { $0 | $1.events }
        }

        static let allChanges = clinux_readable | clinux_writable | clinux_peer_ended | clinux_edges
    }

    /// Who has to be told of an event.
    enum Target {
        case watch(DescriptorWatch)
        case changes(ReadinessWatch, UInt32)

        func tell() {
            switch self {
            case .watch(let watch): watch.happened()
            case .changes(let watch, let changes): watch.happened(changes)
            }
        }
    }

    /// A change of what the system watches.
    struct Change {
        enum Kind {
            case add, modify, remove
        }

        let kind: Kind
        let descriptor: Int32
        let events: UInt32
        let id: UInt64

        /// Has an epoll instance make the change.
        ///
        /// - Returns: 0, or an error number.
        func apply(to epoll: Int32) -> Int32 {
            let code =
                switch kind {
                case .add: clinux_epoll_add(epoll, descriptor, events, id)
                case .modify: clinux_epoll_modify(epoll, descriptor, events, id)
                case .remove: clinux_epoll_remove(epoll, descriptor)
                }
            return code == 0 ? 0 : errno
        }
    }

    private let apply: @Sendable (Change) -> Int32
    /// By descriptor: descriptors are small numbers.
    private var entries: [Entry] = []
    /// The descriptors with a watch that the system has not taken yet.
    private var refused: Set<Int> = []

    /// - Parameter apply: Has the system make a change; returns 0, or an error number.
    init(apply: @escaping @Sendable (Change) -> Int32) {
        self.apply = apply
    }

    /// - Returns: Whether the system has taken the watch; otherwise ``retry()`` is to be called after a moment.
    mutating func add(_ watch: DescriptorWatch) -> Bool {
        let descriptor = grow(toHold: watch.descriptor)
        entries[descriptor].watches.append(watch)
        // What was left over from a watch that was disarmed may do.
        if watch.events & ~entries[descriptor].registered == 0 { return true }
        let code = synchronize(descriptor)
        if code == 0 { return true }
        // Memory comes back. Anything else is a mistake of the program, such as a descriptor that is closed.
        precondition(
            code == ENOMEM || code == ENOSPC, "the system cannot watch descriptor \(watch.descriptor) (error \(code))")
        refused.insert(descriptor)
        return false
    }

    /// Tells the system again of the watches that it had no memory for.
    ///
    /// - Returns: Whether it has taken them all.
    mutating func retry() -> Bool {
        // A watch may have been disarmed meanwhile: what is wanted now counts.
        for descriptor in refused where synchronize(descriptor) == 0 { refused.remove(descriptor) }
        return refused.isEmpty
    }

    /// - Parameter forGood: Whether the descriptor may be closed next. Otherwise the system is not told before it reports
    ///   what nobody waits for: most watches that are disarmed are soon armed again.
    mutating func remove(_ watch: DescriptorWatch, forGood: Bool) {
        let descriptor = Int(watch.descriptor)
        guard entries.indices.contains(descriptor) else { return }
        entries[descriptor].watches.removeAll { $0 === watch }
        if forGood { synchronize(descriptor) }
    }

    /// - Returns: Whether the system has taken the descriptor; false when it has no memory left for it.
    mutating func add(_ watch: ReadinessWatch) -> Bool {
        let descriptor = grow(toHold: watch.descriptor)
        precondition(entries[descriptor].wanted == 0, "descriptor \(descriptor) is watched already")
        entries[descriptor].changes = watch
        if synchronize(descriptor) == 0 { return true }
        entries[descriptor].changes = nil
        return false
    }

    mutating func remove(_ watch: ReadinessWatch) {
        let descriptor = Int(watch.descriptor)
        guard entries.indices.contains(descriptor), entries[descriptor].changes === watch else { return }
        entries[descriptor].changes = nil
        synchronize(descriptor)
    }

    /// Adds those that have to be told of an event to `targets`.
    mutating func take(_ event: clinux_event, into targets: inout [Target]) {
        let descriptor = Int(UInt32(truncatingIfNeeded: event.id))
        guard entries[descriptor].generation == UInt32(truncatingIfNeeded: event.id >> 32) else { return }
        if let watch = entries[descriptor].changes {
            targets.append(.changes(watch, event.events))
            return
        }
        // Errors and ends are for both directions: the next call reports them.
        let concerns = event.events & (clinux_hung_up | clinux_failed) != 0 ? UInt32.max : event.events
        var isExpected = false
        for watch in entries[descriptor].watches where watch.events & concerns != 0 {
            targets.append(.watch(watch))
            isExpected = true
        }
        if !isExpected { synchronize(descriptor) }
    }

    private mutating func grow(toHold descriptor: Int32) -> Int {
        let descriptor = Int(descriptor)
        while entries.count <= descriptor { entries.append(Entry()) }
        return descriptor
    }

    /// Tells the system what is wanted of a descriptor.
    ///
    /// - Returns: 0, or an error number.
    @discardableResult
    private mutating func synchronize(_ descriptor: Int) -> Int32 {
        let (wanted, registered) = (entries[descriptor].wanted, entries[descriptor].registered)
        if wanted == registered { return 0 }
        if registered == 0 { entries[descriptor].generation &+= 1 }
        let id = UInt64(entries[descriptor].generation) << 32 | UInt64(descriptor)
        // Without events the system would still report ends and errors, again and again.
        let kind: Change.Kind = registered == 0 ? .add : wanted == 0 ? .remove : .modify
        let code = apply(Change(kind: kind, descriptor: Int32(descriptor), events: wanted, id: id))
        if code == 0 || wanted == 0 { entries[descriptor].registered = wanted }
        return code
    }
}
