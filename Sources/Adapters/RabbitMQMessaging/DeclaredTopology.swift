import AMQPClient
import Messaging
import Synchronization

/// The topology that was declared through one broker: declared again on every new connection and checked regularly.
final class DeclaredTopology: Sendable {
    private let topology = Mutex(Topology(exchanges: [], queues: [], bindings: []))

    /// Whether the arguments of what exists may be compared: false once the permission to configure was refused, since
    /// every further attempt would be an error in the broker's log.
    let mayCompare = Atomic(true)

    var current: Topology { topology.withLock { $0 } }

    /// Adds new parts; replaces parts with the same name.
    func remember(_ more: Topology) {
        topology.withLock { known in
            known.exchanges = Self.merged(known.exchanges, more.exchanges, by: \.name)
            known.queues = Self.merged(known.queues, more.queues, by: \.name)
            known.bindings = Self.merged(known.bindings, more.bindings, by: \.self)
        }
    }

    private static func merged<Element, Key: Hashable>(
        _ known: [Element], _ more: [Element], by key: (Element) -> Key
    ) -> [Element] {
        let new = Set(more.map(key))
        return known.filter { !new.contains(key($0)) } + more
    }
}
