import AMQPClient
import Messaging
import Synchronization

/// The topology that was declared through one broker: declared again on every new connection and checked regularly.
final class DeclaredTopology: Sendable {
    private let topology = Mutex(Topology(exchanges: [], queues: [], bindings: []))
    private let history = Mutex(History())

    private struct History {
        /// What existed once.
        var seen: Set<TopologyDeclarer.Piece> = []
        /// What was told as created.
        var created: Set<TopologyDeclarer.Piece> = []
    }

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

    /// What existed once, until now.
    var known: Set<TopologyDeclarer.Piece> { history.withLock { $0.seen } }

    /// Notes that all of `topology` exists now.
    ///
    /// - Parameters:
    ///   - made: what was missing before.
    ///   - known: what had existed once, before it was looked at.
    /// - Returns: what is to be told of these. Both connections begin at once, and may find the same parts missing.
    func exists(
        _ topology: Topology, made: [TopologyDeclarer.Piece], known: Set<TopologyDeclarer.Piece>
    ) -> [RabbitMQNotice] {
        history.withLock { history in
            history.seen.formUnion(topology.exchanges.map { .init(part: .exchange, name: $0.name) })
            history.seen.formUnion(topology.queues.map { .init(part: .queue, name: $0.name) })
            history.seen.formUnion(topology.bindings.map { .init($0) })
            return made.compactMap { piece in
                if known.contains(piece) { return .restored(piece.part, name: piece.name) }
                return history.created.insert(piece).inserted ? .created(piece.part, name: piece.name) : nil
            }
        }
    }

    private static func merged<Element, Key: Hashable>(
        _ known: [Element], _ more: [Element], by key: (Element) -> Key
    ) -> [Element] {
        let new = Set(more.map(key))
        return known.filter { !new.contains(key($0)) } + more
    }
}
