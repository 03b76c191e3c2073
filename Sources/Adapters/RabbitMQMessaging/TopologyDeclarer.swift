import AMQPClient
import AMQPWire
import Messaging

/// Compares a topology with RabbitMQ's, and creates what is missing.
///
/// AMQP can list neither arguments nor bindings. A passive declaration shows whether a part exists. Declaring a part
/// that exists shows how it differs and changes nothing: RabbitMQ compares, and names the first difference, which the
/// next declaration adopts, until a declaration is accepted. (In between, another program may delete the queue; the
/// declaration would then create it. Only the management plugin could avoid that.)
struct TopologyDeclarer: Sendable {
    /// The most differences that are reported; more than RabbitMQ has arguments.
    private static let mostDifferences = 24

    let session: AMQPSession
    let queueType: RabbitMQConfiguration.QueueType

    /// Creates everything that is missing, over one channel, without comparing first.
    static func make(
        _ topology: Topology, _ queueType: RabbitMQConfiguration.QueueType, _ channel: AMQPChannel
    ) async throws(AMQPError) {
        for exchange in topology.exchanges { try await channel.declareExchange(ExchangeDeclare(exchange)) }
        for queue in topology.queues { _ = try await channel.declareQueue(QueueDeclare(queue, queueType)) }
        for binding in topology.bindings { try await channel.bind(QueueBinding(binding)) }
    }

    /// Creates everything that is missing, and goes on after a part that exists with other arguments.
    ///
    /// - Returns: the refusals.
    static func makeWhatCanBe(
        _ topology: Topology, _ queueType: RabbitMQConfiguration.QueueType, _ connection: AMQPConnection
    ) async throws(AMQPError) -> [AMQPError] {
        func attempt(_ topology: Topology) async throws(AMQPError) -> AMQPError? {
            do throws(AMQPError) {
                try await connection.withChannel { (channel) throws(AMQPError) in
                    try await make(topology, queueType, channel)
                }
                return nil
            } catch {
                guard error.code == .preconditionFailed else { throw error }
                return error
            }
        }
        guard try await attempt(topology) != nil else { return [] }
        // A refusal ends the channel, and with it the declarations that follow.
        let parts =
            topology.exchanges.map { Topology(exchanges: [$0], queues: [], bindings: []) }
            + topology.queues.map { Topology(exchanges: [], queues: [$0], bindings: []) }
            + topology.bindings.map { Topology(exchanges: [], queues: [], bindings: [$0]) }
        var refusals: [AMQPError] = []
        for part in parts { if let refusal = try await attempt(part) { refusals.append(refusal) } }
        return refusals
    }

    func make(_ topology: Topology) async throws(AMQPError) {
        let queueType = queueType
        try await session.withChannel { (channel) throws(AMQPError) in
            try await Self.make(topology, queueType, channel)
        }
    }

    /// The state of exchanges, queues and bindings, in the topology's order.
    func inspect(_ topology: Topology) async throws(AMQPError) -> [TopologyFinding] {
        var findings: [TopologyFinding] = []
        for exchange in topology.exchanges { findings.append(try await inspect(exchange)) }
        for queue in topology.queues { findings.append(try await inspect(queue)) }
        let missing = Set(findings.lazy.filter { $0.state == .missing }.map(\.name))
        for binding in topology.bindings {
            let cannotExist = missing.contains(binding.exchange) || missing.contains(binding.queue)
            findings.append(
                TopologyFinding(binding, state: cannotExist ? .missing : .unknown("AMQP does not report bindings")))
        }
        return findings
    }

    private func inspect(_ exchange: Exchange) async throws(AMQPError) -> TopologyFinding {
        let wanted = ExchangeDeclare(exchange)
        var question = wanted
        question.passive = true
        let state = try await state(
            exists: { [question] (channel) throws(AMQPError) in try await channel.declareExchange(question) },
            declare: { (changes, channel) throws(AMQPError) in
                var declaration = wanted
                for change in changes { declaration.take(change) }
                try await channel.declareExchange(declaration)
            })
        return TopologyFinding(
            .exchange, name: exchange.name, wanted: ["type": .string(exchange.kind.rawValue)], state: state)
    }

    private func inspect(_ queue: Queue) async throws(AMQPError) -> TopologyFinding {
        let wanted = QueueDeclare(queue, queueType)
        var question = wanted
        question.passive = true
        let state = try await state(
            exists: { [question] (channel) throws(AMQPError) in _ = try await channel.declareQueue(question) },
            declare: { (changes, channel) throws(AMQPError) in
                var declaration = wanted
                for change in changes { declaration.take(change) }
                _ = try await channel.declareQueue(declaration)
            })
        return TopologyFinding(.queue, name: queue.name, wanted: queue.arguments(on: queueType), state: state)
    }

    private func state(
        exists: @escaping @Sendable (AMQPChannel) async throws(AMQPError) -> Void,
        declare: @escaping @Sendable ([Inequivalence], AMQPChannel) async throws(AMQPError) -> Void
    ) async throws(AMQPError) -> TopologyFinding.State {
        do {
            try await session.withChannel(exists)
        } catch {
            guard error.code == .notFound else { throw error }
            return .missing
        }
        var seen: [Inequivalence] = []
        while seen.count < Self.mostDifferences {
            do {
                let changes = seen
                try await session.withChannel { (channel) throws(AMQPError) in try await declare(changes, channel) }
                break
            } catch {
                guard error.code == .preconditionFailed else { throw error }
                guard let next = Inequivalence(error.message), !seen.contains(where: { $0.argument == next.argument })
                else {
                    // Another objection, or a text that was cut: report the differences so far, and RabbitMQ's text.
                    return .different(
                        seen.map(\.difference)
                            + [.init(argument: "declaration", wanted: "accepted", found: error.message)])
                }
                seen.append(next)
            }
        }
        return seen.isEmpty ? .same : .different(seen.map(\.difference))
    }
}

extension Inequivalence {
    fileprivate var difference: TopologyFinding.Difference {
        .init(argument: argument, wanted: received, found: current)
    }

    /// The existing value, as an argument that RabbitMQ treats as equal.
    fileprivate var existing: FieldValue? {
        current.map { text in
            switch argument {
            case "x-dead-letter-exchange", "x-dead-letter-routing-key", "x-overflow", "x-queue-type", "x-queue-mode",
                "x-dead-letter-strategy", "x-queue-leader-locator":
                .string(text)
            default:
                if let number = Int64(text) {
                    .int64(number)
                } else if let flag = Bool(text) {
                    .boolean(flag)
                } else {
                    .string(text)
                }
            }
        }
    }
}

extension FieldTable {
    fileprivate mutating func take(_ change: Inequivalence) {
        let value = change.existing
        entries.removeAll { $0.key == change.argument }
        if let value { entries.append(Entry(change.argument, value)) }
    }
}

extension QueueDeclare {
    fileprivate mutating func take(_ change: Inequivalence) {
        switch change.argument {
        case "durable": durable = change.current == "true"
        case "auto_delete": autoDelete = change.current == "true"
        case "exclusive": exclusive = change.current == "true"
        default: arguments.take(change)
        }
    }
}

extension ExchangeDeclare {
    fileprivate mutating func take(_ change: Inequivalence) {
        switch change.argument {
        case "type": type = change.current ?? type
        case "durable": durable = change.current == "true"
        case "auto_delete": autoDelete = change.current == "true"
        case "internal": isInternal = change.current == "true"
        default: arguments.take(change)
        }
    }
}
