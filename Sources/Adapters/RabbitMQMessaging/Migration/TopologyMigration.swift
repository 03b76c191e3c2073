import AMQPClient
import AMQPWire
package import Messaging

/// Brings the queues on RabbitMQ to other arguments, such as another type, with what waits in them.
///
/// Nothing is lost: a queue is deleted after its messages are confirmed by another one, which is bound to the same
/// exchanges before. Publishers may go on; consumers may not. A message is in two queues for a moment, and stays so if the
/// migration ends there; the pipeline stores an event once. Order is not kept. After an error, or the end of the process,
/// another migration does the rest.
package struct TopologyMigration: Sendable {
    /// How often a queue is emptied once more, since something came into it before it was deleted.
    private static let attempts = 50
    /// How often queues are migrated once more that somebody has made with the old arguments meanwhile.
    private static let repetitions = 3
    /// No more than this may be one message.
    private static let largestBody = 128 << 20

    /// What becomes of a queue.
    package struct Outcome: Hashable, Sendable {
        package let queue: String
        /// How many messages waited in it, and beside it, before.
        package private(set) var before: Int
        /// How many wait in it afterwards; nil if nothing was done yet.
        package internal(set) var after: Int?
        /// Whether its arguments differ, or its messages are beside it.
        package private(set) var isMoved: Bool

        init(queue: String, before: Int, isMoved: Bool) {
            self.queue = queue
            self.before = before
            self.isMoved = isMoved
        }

        /// Takes what was before an earlier attempt.
        mutating func isTold(as earlier: Outcome) {
            before = earlier.before
            isMoved = isMoved || earlier.isMoved
        }
    }

    private let broker: RabbitMQBroker
    private let configuration: RabbitMQConfiguration
    private let topology: Topology

    /// - Parameters:
    ///   - configuration: With the type that queues are to have.
    ///   - topology: With the arguments that they are to have.
    package init(_ configuration: RabbitMQConfiguration, _ topology: Topology) async {
        var configuration = configuration
        configuration.acceptsEitherType = false
        configuration.connection.bodyMax = Self.largestBody
        self.configuration = configuration
        self.topology = topology
        broker = await RabbitMQBroker(configuration)
    }

    package func close() async {
        await broker.close()
    }

    /// What a migration would do, without doing it.
    package func preview() async throws(MessagingError) -> [Outcome] {
        try await migrate(isDryRun: true) { _, _ in }
    }

    /// Migrates; does nothing where all queues are as wanted.
    ///
    /// - Parameter progress: Is told what is done, and with how many messages so far.
    /// - Throws: `.failed` if a queue that is to be moved has a consumer, or if the new limit is below what waits;
    ///   `.topologyMismatch` for an exchange of another type; `.unavailable` and others of the connection.
    package func run(
        _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws(MessagingError) -> [Outcome] {
        var outcomes = try await migrate(isDryRun: false, progress)
        for _ in 0..<Self.repetitions {
            guard MessagingError.mismatch(try await broker.inspect(topology), configuration) != nil else {
                return outcomes
            }
            // Somebody who knows the old arguments has made a queue in the moment in which it was away.
            let before = outcomes
            outcomes = try await migrate(isDryRun: false, progress)
            for index in outcomes.indices { outcomes[index].isTold(as: before[index]) }
        }
        if let mismatch = MessagingError.mismatch(try await broker.inspect(topology), configuration) { throw mismatch }
        return outcomes
    }

    private func migrate(
        isDryRun: Bool, _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws(MessagingError) -> [Outcome] {
        let findings = try await broker.inspect(topology)
        if let mismatch = MessagingError.mismatch(findings.filter { $0.part == .exchange }, configuration) {
            throw mismatch
        }
        do throws(AMQPError) {
            let connection = try await AMQPConnection.connect(configuration.connection)
            let mover = QueueMover(connection: connection)
            do throws(AMQPError) {
                let outcomes = try await migrate(findings, mover, isDryRun: isDryRun, progress)
                await connection.close()
                return outcomes
            } catch {
                await connection.close()
                throw error
            }
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    private func migrate(
        _ findings: [TopologyFinding], _ mover: QueueMover, isDryRun: Bool,
        _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws(AMQPError) -> [Outcome] {
        var facts: [String: MigrationPlan.Facts] = [:]
        var outcomes: [Outcome] = []
        var plans: [(MigrationPlan.Family, [MigrationPlan.Step])] = []
        for family in MigrationPlan.families(of: topology) {
            var counts: [String: Int] = [:]
            for queue in family.all {
                let found = try await mover.look(at: queue.name)
                let aside = try await mover.look(at: MigrationPlan.aside(queue.name))
                facts[queue.name] = MigrationPlan.Facts(
                    exists: found != nil, differs: findings.differs(queue.name), hasAside: aside != nil)
                counts[queue.name] = Int(found?.messageCount ?? 0) + Int(aside?.messageCount ?? 0)
            }
            let steps = MigrationPlan.steps(for: family, facts)
            for queue in family.all {
                outcomes.append(
                    Outcome(
                        queue: queue.name, before: counts[queue.name] ?? 0,
                        isMoved: steps.contains(.bringBack(queue.name))))
            }
            if !steps.isEmpty {
                try await check(family, counts, mover)
                plans.append((family, steps))
            }
        }
        if isDryRun { return outcomes }
        for (family, steps) in plans {
            for step in steps { try await perform(step, of: family, findings, mover, progress) }
        }
        for index in outcomes.indices {
            outcomes[index].after = try await mover.look(at: outcomes[index].queue).map { Int($0.messageCount) }
        }
        return outcomes
    }

    /// Refuses what would take messages away meanwhile, or push them out.
    private func check(
        _ family: MigrationPlan.Family, _ counts: [String: Int], _ mover: QueueMover
    ) async throws(AMQPError) {
        for queue in family.all {
            let consumers = try await mover.look(at: queue.name)?.consumerCount ?? 0
            guard consumers == 0 else {
                throw AMQPError(
                    .preconditionFailed,
                    "queue '\(queue.name)' has \(consumers) consumers: stop the workers first (serve --no-workers may "
                        + "go on), and start them after the migration. Nothing was changed")
            }
            if let limit = queue.maxLength, counts[queue.name] ?? 0 > limit {
                throw AMQPError(
                    .preconditionFailed,
                    "\(counts[queue.name] ?? 0) messages wait in queue '\(queue.name)', more than the new limit of "
                        + "\(limit): let workers take them first. Nothing was changed")
            }
        }
    }

    private func perform(
        _ step: MigrationPlan.Step, of family: MigrationPlan.Family, _ findings: [TopologyFinding],
        _ mover: QueueMover, _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws(AMQPError) {
        let isDelay = { (name: String) in name != family.queue.name }
        switch step {
        case .makeAside(let name):
            guard let queue = family.all.first(where: { $0.name == name }) else { return }
            var aside = Queue(name: MigrationPlan.aside(name))
            // What expires by itself goes where it would have gone; a delay queue's own time is the queue's.
            if !isDelay(name) { aside.deadLetterExchange = queue.deadLetterExchange }
            let (declaration, bindings) = (QueueDeclare(aside, configuration.queueType), bindings(of: name))
            try await mover.connection.withChannel { (channel) throws(AMQPError) in
                try await channel.declareQueue(declaration)
                for binding in bindings { try await channel.bind(binding.of(queue: declaration.queue)) }
            }
        case .putAside(let name):
            _ = try await mover.move(
                from: name, to: MigrationPlan.aside(name), keepsExpiration: !isDelay(name)
            ) { progress("putting \(name) aside", $0) }
        case .remove(let name):
            let isQuorum = findings.isQuorum(name, wanted: configuration.queueType)
            try await remove(
                name, isQuorum: isQuorum, movingTo: MigrationPlan.aside(name), keepsExpiration: !isDelay(name), mover)
        case .create:
            let (topology, type) = (topology, configuration.queueType)
            try await mover.connection.withChannel { (channel) throws(AMQPError) in
                _ = try await TopologyDeclarer.make(topology, type, channel)
            }
        case .bringBack(let name):
            let (aside, bindings) = (MigrationPlan.aside(name), bindings(of: name))
            try await mover.connection.withChannel { (channel) throws(AMQPError) in
                for binding in bindings { try await channel.unbind(binding.of(queue: aside)) }
            }
            _ = try await mover.move(from: aside, to: name, keepsExpiration: true) {
                progress("bringing \(name) back", $0)
            }
        case .removeAside(let name):
            try await remove(
                MigrationPlan.aside(name), isQuorum: configuration.queueType == .quorum, movingTo: name,
                keepsExpiration: true, mover)
        }
    }

    /// Deletes a queue once it is empty; what comes into it until then is moved. Bindings are undone each time, as a running
    /// API makes them again.
    private func remove(
        _ name: String, isQuorum: Bool, movingTo target: String, keepsExpiration: Bool, _ mover: QueueMover
    ) async throws(AMQPError) {
        let bindings = bindings(of: name)
        for _ in 0..<Self.attempts {
            try await mover.connection.withChannel { (channel) throws(AMQPError) in
                for binding in bindings { try await channel.unbind(binding) }
            }
            _ = try await mover.move(from: name, to: target, keepsExpiration: keepsExpiration) { _ in }
            guard let found = try await mover.look(at: name) else { return }
            guard found.consumerCount == 0 else {
                throw AMQPError(
                    .preconditionFailed,
                    "a consumer has taken up queue '\(name)' meanwhile: stop it and migrate again; nothing is lost")
            }
            guard found.messageCount == 0 else { continue }
            do throws(AMQPError) {
                try await mover.connection.withChannel { (channel) throws(AMQPError) -> Void in
                    // The conditions are for classic queues. What came in since comes by a binding, and so aside as well.
                    _ = try await channel.deleteQueue(name, ifUnused: !isQuorum, ifEmpty: !isQuorum)
                }
                return
            } catch {
                guard error.code == .preconditionFailed else { throw error }
            }
        }
        throw AMQPError(
            .preconditionFailed,
            "queue '\(name)' does not become empty: something publishes to it by its name; stop that and migrate again")
    }

    private func bindings(of queue: String) -> [QueueBinding] {
        topology.bindings.filter { $0.queue == queue }.map { QueueBinding($0) }
    }
}

extension QueueBinding {
    /// The same binding of another queue.
    fileprivate func of(queue: String) -> QueueBinding {
        var binding = self
        binding.queue = queue
        return binding
    }
}

extension [TopologyFinding] {
    fileprivate func differs(_ queue: String) -> Bool {
        contains { $0.part == .queue && $0.name == queue && !$0.differences.isEmpty }
    }

    /// Whether the queue that exists is a quorum queue.
    fileprivate func isQuorum(_ queue: String, wanted: RabbitMQConfiguration.QueueType) -> Bool {
        let differences = first { $0.part == .queue && $0.name == queue }?.differences ?? []
        guard let type = differences.first(where: { $0.argument == "x-queue-type" }) else { return wanted == .quorum }
        return type.found == RabbitMQConfiguration.QueueType.quorum.rawValue
    }
}

extension TopologyFinding {
    fileprivate var differences: [Difference] {
        if case .different(let differences) = state { differences } else { [] }
    }
}
