import AMQPClient
import AMQPWire
import Messaging

/// Compares a topology with RabbitMQ's, and creates what is missing and nothing else.
///
/// AMQP can list neither arguments nor bindings. A passive declaration shows whether a part exists. Declaring a part
/// that exists shows how it differs and changes nothing: RabbitMQ compares, and names the first difference, which the
/// next declaration adopts, until a declaration is accepted. (In between, another program may delete the queue; the
/// declaration would then create it. Only the management plugin could avoid that.)
struct TopologyDeclarer: Sendable {
    /// An exchange, a queue or a binding.
    struct Piece: Hashable, Sendable {
        var part: TopologyFinding.Part
        var name: String
    }

    /// The most differences that are reported; more than RabbitMQ has arguments.
    private static let mostDifferences = 24

    let session: AMQPSession
    let configuration: RabbitMQConfiguration

    /// Creates everything that is missing, without a look at the arguments of the rest. Whether a part exists is asked
    /// first: only creating takes the permission to configure.
    ///
    /// - Parameter first: a channel that the caller closes. An answer of "not found" ends it, and others follow.
    /// - Returns: what was missing, in the topology's order: exchanges and queues, and the bindings that were gone with
    ///   them. AMQP does not tell of other bindings whether they existed.
    static func make(
        _ topology: Topology, _ queueType: RabbitMQConfiguration.QueueType, _ first: AMQPChannel
    ) async throws(AMQPError) -> [Piece] {
        var made: [Piece] = []
        let connection = first.connection
        var channel = first
        for exchange in topology.exchanges {
            let wanted = ExchangeDeclare(exchange)
            do throws(AMQPError) { try await channel.declareExchange(wanted.question) } catch {
                guard error.code == .notFound else { throw error }
                channel = try await connection.openChannel()
                do throws(AMQPError) { try await channel.declareExchange(wanted) } catch {
                    throw error.lacking("configure exchange '\(exchange.name)', which is missing")
                }
                made.append(Piece(part: .exchange, name: exchange.name))
            }
        }
        for queue in topology.queues {
            let wanted = QueueDeclare(queue, queueType)
            do throws(AMQPError) { _ = try await channel.declareQueue(wanted.question) } catch {
                guard error.code == .notFound else { throw error }
                channel = try await connection.openChannel()
                do throws(AMQPError) { _ = try await channel.declareQueue(wanted) } catch {
                    throw error.lacking(queue.permissions)
                }
                made.append(Piece(part: .queue, name: queue.name))
            }
        }
        for binding in topology.bindings {
            do throws(AMQPError) { try await channel.bind(QueueBinding(binding)) } catch {
                throw error.lacking(
                    "write to queue '\(binding.queue)' and to read exchange '\(binding.exchange)', for their binding")
            }
        }
        if channel !== first { await channel.close() }
        let names = Set(made.map(\.name))
        return made
            + topology.bindings.filter { names.contains($0.exchange) || names.contains($0.queue) }.map(Piece.init)
    }

    func make(_ topology: Topology) async throws(AMQPError) -> [Piece] {
        let queueType = configuration.queueType
        return try await session.withChannel { (channel) throws(AMQPError) in
            try await Self.make(topology, queueType, channel)
        }
    }

    /// The state of exchanges, queues and bindings, in the topology's order.
    ///
    /// - Parameter comparing: whether the arguments of what exists are compared, which takes the permission to
    ///   configure; once that is refused, no further part is compared.
    func inspect(_ topology: Topology, comparing: Bool = true) async throws(AMQPError) -> [TopologyFinding] {
        var findings: [TopologyFinding] = []
        var comparing = comparing
        for exchange in topology.exchanges {
            findings.append(try await inspect(exchange, comparing))
            if findings.last?.isUnknown == true { comparing = false }
        }
        for queue in topology.queues {
            findings.append(try await inspect(queue, comparing))
            if findings.last?.isUnknown == true { comparing = false }
        }
        let missing = Set(findings.lazy.filter { $0.state == .missing }.map(\.name))
        for binding in topology.bindings {
            let cannotExist = missing.contains(binding.exchange) || missing.contains(binding.queue)
            findings.append(
                TopologyFinding(binding, state: cannotExist ? .missing : .unknown("AMQP does not report bindings")))
        }
        return findings
    }

    private func inspect(_ exchange: Exchange, _ comparing: Bool) async throws(AMQPError) -> TopologyFinding {
        let wanted = ExchangeDeclare(exchange)
        let state = try await state(
            comparing, exists: { (channel) throws(AMQPError) in try await channel.declareExchange(wanted.question) },
            declare: { (changes, channel) throws(AMQPError) in
                var declaration = wanted
                for change in changes { declaration.take(change) }
                try await channel.declareExchange(declaration)
            })
        return TopologyFinding(
            .exchange, name: exchange.name, wanted: ["type": .string(exchange.kind.rawValue)], state: state)
    }

    private func inspect(_ queue: Queue, _ comparing: Bool) async throws(AMQPError) -> TopologyFinding {
        let type = configuration.queueType
        let finding = try await inspect(queue, as: type, comparing)
        guard configuration.acceptsEitherType, finding.isOfOtherType else { return finding }
        let other = try await inspect(queue, as: type == .classic ? .quorum : .classic, comparing)
        // A stream is neither.
        return other.isOfOtherType ? finding : other
    }

    private func inspect(
        _ queue: Queue, as type: RabbitMQConfiguration.QueueType, _ comparing: Bool
    ) async throws(AMQPError) -> TopologyFinding {
        let wanted = QueueDeclare(queue, type)
        let state = try await state(
            comparing, exists: { (channel) throws(AMQPError) in _ = try await channel.declareQueue(wanted.question) },
            declare: { (changes, channel) throws(AMQPError) in
                var declaration = wanted
                for change in changes { declaration.take(change) }
                _ = try await channel.declareQueue(declaration)
            })
        return TopologyFinding(.queue, name: queue.name, wanted: queue.arguments(on: type), state: state)
    }

    private func state(
        _ comparing: Bool, exists: @escaping @Sendable (AMQPChannel) async throws(AMQPError) -> Void,
        declare: @escaping @Sendable ([Inequivalence], AMQPChannel) async throws(AMQPError) -> Void
    ) async throws(AMQPError) -> TopologyFinding.State {
        do {
            try await session.withChannel(exists)
        } catch {
            guard error.code == .notFound else { throw error }
            return .missing
        }
        let refused = TopologyFinding.State.unknown(
            "comparing takes the permission to configure, which this user lacks")
        guard comparing else { return refused }
        var seen: [Inequivalence] = []
        while seen.count < Self.mostDifferences {
            do {
                let changes = seen
                try await session.withChannel { (channel) throws(AMQPError) in try await declare(changes, channel) }
                break
            } catch {
                // Who may not declare may use what is there.
                if error.code == .accessRefused, Remedy.isOfPermission(error) { return refused }
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

extension TopologyDeclarer.Piece {
    init(_ binding: Binding) {
        self.init(part: .binding, name: TopologyFinding(binding, state: .missing).name)
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

extension TopologyFinding {
    var isUnknown: Bool {
        if case .unknown = state { true } else { false }
    }

    fileprivate var isOfOtherType: Bool {
        if case .different(let differences) = state {
            differences.contains { $0.argument == "x-queue-type" }
        } else {
            false
        }
    }
}

extension Queue {
    /// What creating the queue takes.
    fileprivate var permissions: String {
        let letters = deadLetterExchange.map { name in
            " (as well as to read it and to write to \(name.isEmpty ? "the default exchange" : "exchange '\(name)'"), "
                + "to which it dead-letters)"
        }
        return "configure queue '\(name)', which is missing" + (letters ?? "")
    }
}

extension QueueDeclare {
    /// The passive declaration, which asks whether the queue exists.
    fileprivate var question: QueueDeclare {
        var question = self
        question.passive = true
        return question
    }

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
    /// The passive declaration, which asks whether the exchange exists.
    fileprivate var question: ExchangeDeclare {
        var question = self
        question.passive = true
        return question
    }

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
