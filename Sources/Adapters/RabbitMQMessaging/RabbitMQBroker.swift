import AMQPClient
import AMQPWire
package import EventLoops
package import Messaging
import Synchronization

/// RabbitMQ 3.10 and later as the pipeline's broker.
///
/// Uses two connections: one publishes; the other consumes, declares and inspects, so that RabbitMQ, which stops
/// reading from connections that publish while memory or disk is short, still takes acknowledgements. After a loss both
/// reconnect by themselves and declare again what was declared; every 30 s missing parts are repaired as well, bindings
/// every 5 s.
///
/// Safe to use from any task.
package final class RabbitMQBroker: Broker, TopologyInspector {
    private let configuration: RabbitMQConfiguration
    private let publishing: AMQPSession
    private let consuming: AMQPSession
    private let declared: DeclaredTopology
    private let keeper: Task<Void, Never>

    /// Begins to connect, and returns at once: if the broker is away, later requests fail, not the initialiser.
    ///
    /// - Parameters:
    ///   - expecting: declared on every connection from the first on, for processes that start before their broker;
    ///     parts that exist with other arguments stay unchanged and are reported to `notify`.
    ///   - publishingExecutor: the executor that publishing runs on, if the callers that publish share it.
    ///   - notify: receives reports that answer no request; expected to return at once.
    package init(
        _ configuration: RabbitMQConfiguration, expecting topology: Topology? = nil,
        publishingExecutor: EventLoop? = nil,
        notify: @escaping @Sendable (RabbitMQNotice) -> Void = { _ in }
    ) async {
        let declared = DeclaredTopology()
        if let topology { declared.remember(topology) }
        self.configuration = configuration
        self.declared = declared
        let queueType = configuration.queueType
        let declare: AMQPSession.Topology = { (connection) throws(AMQPError) in
            // A part with other arguments still works: going on with it and all others is better than stopping.
            for refusal in try await TopologyDeclarer.makeWhatCanBe(declared.current, queueType, connection) {
                notify(.repairFailed(MessagingError(refusal: refusal, configuration)))
            }
        }
        publishing = AMQPSession(
            configuration.connection(for: "publish"),
            executor: publishingExecutor ?? EventLoop(label: "amqp.publish"),
            topology: declare)
        consuming = AMQPSession(
            configuration.connection(for: "consume"), executor: EventLoop(label: "amqp.consume"),
            topology: declare)
        let keeper = TopologyKeeper(
            session: consuming, declared: declared, configuration: configuration, notify: notify)
        self.keeper = Task { await keeper.run() }
        await publishing.start()
        await consuming.start()
    }

    deinit {
        keeper.cancel()
    }

    // MARK: Broker

    /// See ``Broker/declare(_:)``. Everything is compared before anything is created. From then on, the topology is
    /// declared again on each new connection, and checked and repaired regularly.
    package func declare(_ topology: Topology) async throws(MessagingError) {
        let declarer = TopologyDeclarer(session: consuming, queueType: configuration.queueType)
        if let mismatch = MessagingError.mismatch(try await inspect(topology), configuration) { throw mismatch }
        do {
            try await declarer.make(topology)
        } catch {
            throw MessagingError(refusal: error, configuration)
        }
        declared.remember(topology)
    }

    /// See ``TopologyInspector/inspect(_:)``. AMQP cannot tell whether a binding exists.
    package func inspect(_ topology: Topology) async throws(MessagingError) -> [TopologyFinding] {
        try await connected(consuming)
        do {
            return try await TopologyDeclarer(session: consuming, queueType: configuration.queueType)
                .inspect(topology)
        } catch {
            throw MessagingError(refusal: error, configuration)
        }
    }

    /// A publisher; all publishers of a broker share one connection. Waits for the first attempt to connect, but does
    /// not fail with it: the publisher then reports each publication as failed.
    package func makePublisher() async throws(MessagingError) -> any Publisher {
        do throws(MessagingError) {
            try await connected(publishing)
        } catch {
            if error.code == .closed { throw error }
        }
        return RabbitMQPublisher(session: publishing, configuration: configuration)
    }

    /// See ``Broker/consume(_:prefetch:)``. A prefetch counts as the nearest of 1 ... 65,535, AMQP's range.
    package func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer {
        try await connected(consuming)
        do {
            let consumer = try await consuming.consume(
                AMQPConsumer.Request(queue: queue, prefetch: min(max(1, prefetch), Int(UInt16.max))))
            return RabbitMQConsumer(consumer: consumer, configuration: configuration)
        } catch {
            throw MessagingError(refusal: error, configuration)
        }
    }

    /// See ``Broker/status(of:)``. AMQP does not tell how many messages consumers hold: `unacknowledged` is always 0.
    package func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus] {
        try await connected(consuming)
        var status: [String: QueueStatus] = [:]
        var rest = queues[...]
        do {
            while !rest.isEmpty {
                let names = rest
                // The first name that does not exist ends the channel; another channel asks for the rest.
                let answers = try await consuming.withChannel { (channel) throws(AMQPError) in
                    try await Self.ask(names, channel)
                }
                for (name, answer) in zip(names, answers) { status[name] = answer }
                rest = rest.dropFirst(answers.count + 1)
            }
        } catch {
            throw MessagingError(refusal: error, configuration)
        }
        return status
    }

    private static func ask(
        _ names: ArraySlice<String>, _ channel: AMQPChannel
    ) async throws(AMQPError) -> [QueueStatus] {
        var answers: [QueueStatus] = []
        for name in names {
            var question = QueueDeclare(queue: name)
            question.passive = true
            do {
                let answer = try await channel.declareQueue(question)
                answers.append(
                    QueueStatus(
                        ready: Int(answer.messageCount), unacknowledged: 0, consumers: Int(answer.consumerCount)))
            } catch {
                guard error.code == .notFound else { throw error }
                break
            }
        }
        return answers
    }

    /// Closes both connections as the protocol requires: unacknowledged deliveries go back to their queues. Closing
    /// again has no effect.
    package func close() async {
        keeper.cancel()
        await publishing.close()
        await consuming.close()
        await keeper.value
    }

    // MARK: Connecting

    /// Waits during the first attempt to connect.
    ///
    /// - Throws: why there is no connection.
    private func connected(_ session: AMQPSession) async throws(MessagingError) {
        var state = session.state
        while state == .connecting, !Task.isCancelled { state = await session.state(after: state) }
        switch state {
        case .connected, .blocked: return
        case .disconnected(let error): throw MessagingError(error, configuration)
        case .closed: throw MessagingError(.closed, "the broker was closed")
        case .connecting:
            throw MessagingError(
                .unavailable, "the task was cancelled while connecting to RabbitMQ at \(configuration)")
        }
    }
}

extension RabbitMQConfiguration {
    /// The connection with a name that shows its purpose in RabbitMQ's management.
    fileprivate func connection(for purpose: String) -> AMQPConfiguration {
        var connection = connection
        connection.connectionName = "\(connection.connectionName ?? "debias-events") \(purpose)"
        return connection
    }
}
