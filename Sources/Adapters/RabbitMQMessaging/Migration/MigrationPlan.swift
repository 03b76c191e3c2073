import Messaging

/// The steps that bring queues to other arguments, as a value: what is to be done follows from what is there, so that a
/// migration that was broken off anywhere goes on with the rest.
///
/// Arguments of a queue cannot change: its messages are put aside, into a queue beside it that gets what is published
/// meanwhile, the queue is made anew, and they are brought back. A delay queue dead-letters to its work queue by name, which
/// would lose what it holds while that is away: it is emptied first.
struct MigrationPlan: Hashable, Sendable {
    /// What there is of a queue.
    struct Facts: Hashable, Sendable {
        /// Whether the queue exists, with whatever arguments.
        var exists: Bool
        /// Whether it exists with other arguments.
        var differs: Bool
        /// Whether a queue beside it holds its messages.
        var hasAside: Bool
    }

    /// A step may be repeated, and then does what is left of it.
    enum Step: Hashable, Sendable {
        /// Makes the queue beside this one, bound as this one is.
        case makeAside(String)
        /// Moves the messages of the queue aside.
        case putAside(String)
        /// Unbinds the queue, moves the rest of it aside, and deletes it.
        case remove(String)
        /// Creates all parts of the topology that are missing.
        case create
        /// Unbinds the queue beside this one and moves its messages back.
        case bringBack(String)
        /// Deletes the queue beside this one, which is empty.
        case removeAside(String)
    }

    /// A queue with the delay queues that lead back to it.
    struct Family: Hashable, Sendable {
        var queue: Queue
        var delays: [Queue]

        var all: [Queue] { [queue] + delays }
    }

    /// The name of the queue beside another one.
    static func aside(_ queue: String) -> String { "\(queue).migrating" }

    static func families(of topology: Topology) -> [Family] {
        let isDelay = { (queue: Queue) in queue.deadLetterExchange == "" && queue.deadLetterRoutingKey != nil }
        return topology.queues.filter { !isDelay($0) }.map { queue in
            Family(
                queue: queue,
                delays: topology.queues.filter { isDelay($0) && $0.deadLetterRoutingKey == queue.name })
        }
    }

    /// The steps for a family; none where nothing is to be done.
    static func steps(for family: Family, _ facts: [String: Facts]) -> [Step] {
        let name = family.queue.name
        let own = facts[name] ?? Facts(exists: false, differs: false, hasAside: false)
        let delays = family.delays.compactMap { queue in facts[queue.name].map { (name: queue.name, facts: $0) } }
        // Whatever could lead to the queue while it is away.
        let emptied = delays.filter { $0.facts.differs || (own.differs && $0.facts.exists) }.map(\.name)
        let returned = delays.filter { emptied.contains($0.name) || $0.facts.hasAside }.map(\.name)
        guard own.differs || own.hasAside || !returned.isEmpty else { return [] }
        var steps: [Step] = []
        for delay in delays where emptied.contains(delay.name) {
            steps += [.makeAside(delay.name), .putAside(delay.name)]
            if delay.facts.differs { steps.append(.remove(delay.name)) }
        }
        if own.differs { steps += [.makeAside(name), .putAside(name), .remove(name)] }
        steps.append(.create)
        for delay in returned { steps += [.bringBack(delay), .removeAside(delay)] }
        if own.differs || own.hasAside { steps += [.bringBack(name), .removeAside(name)] }
        return steps
    }
}
