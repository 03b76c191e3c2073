package import Messaging
import Synchronization

extension EmbeddedBroker: TopologyInspector {
    /// See ``TopologyInspector/inspect(_:)``.
    package func inspect(_ topology: Topology) async throws(MessagingError) -> [TopologyFinding] {
        let found = Mutex<[TopologyFinding]>([])
        try await engine.operate { _, transaction in
            let findings = transaction.catalog.inspect(topology)
            found.withLock { $0 = findings }
        }
        return found.withLock { $0 }
    }
}

extension Catalog {
    /// Compares every part of `topology` with what is stored.
    fileprivate func inspect(_ topology: Topology) -> [TopologyFinding] {
        topology.exchanges.map(inspect) + topology.queues.map(inspect) + topology.bindings.map(inspect)
    }

    private func inspect(_ exchange: Exchange) -> TopologyFinding {
        let state: TopologyFinding.State =
            switch exchanges[exchange.name] {
            case exchange.kind: .same
            case let kind?:
                .different([.init(argument: "type", wanted: exchange.kind.rawValue, found: kind.rawValue)])
            case nil: .missing
            }
        return TopologyFinding(
            .exchange, name: exchange.name, wanted: ["type": .string(exchange.kind.rawValue)], state: state)
    }

    private func inspect(_ queue: Queue) -> TopologyFinding {
        let state: TopologyFinding.State
        if let index = index(of: queue.name) {
            let differences = TopologyMismatch.differences(of: self[index].definition, from: queue)
            state = differences.isEmpty ? .same : .different(differences)
        } else {
            state = .missing
        }
        return TopologyFinding(.queue, name: queue.name, wanted: queue.arguments, state: state)
    }

    private func inspect(_ binding: Binding) -> TopologyFinding {
        let state: TopologyFinding.State =
            switch route(exchange: binding.exchange, routingKey: binding.routingKey) {
            case .queues(let indices): indices.contains { $0 == index(of: binding.queue) } ? .same : .missing
            case .nowhere, .noExchange: .missing
            }
        return TopologyFinding(binding, state: state)
    }
}
