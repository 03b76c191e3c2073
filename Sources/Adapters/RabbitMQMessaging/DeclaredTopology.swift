import AMQPClient
import Messaging
import Synchronization

/// What was declared through one broker: declared again on every new connection and looked after.
final class DeclaredTopology: Sendable {
    private let topology = Mutex(Topology(exchanges: [], queues: [], bindings: []))

    /// All of it.
    var current: Topology { topology.withLock { $0 } }

    /// Adds what is not known yet; what has the same name is replaced.
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
