import AMQPClient
import AMQPWire
package import EventLoops
package import Messaging
import Synchronization

/// RabbitMQ 3.10 and later as the pipeline's broker.
///
/// Uses two connections: one publishes; the other consumes, declares and inspects, so that RabbitMQ, which stops
/// reading from connections that publish while memory or disk is short, still takes acknowledgements. After a loss both
/// reconnect by themselves and make again what was declared and is missing; every 30 s missing parts are repaired as
/// well, bindings every 5 s.
///
/// Safe to use from any task.
package final class RabbitMQBroker: Broker, TopologyInspector {
    let configuration: RabbitMQConfiguration
    let publishing: AMQPSession
    let consuming: AMQPSession
    private let declared: DeclaredTopology
    private let keeper: Task<Void, Never>
    private let watch: Task<Void, Never>
    private let notify: @Sendable (RabbitMQNotice) -> Void

    /// Begins to connect, and returns at once: if the broker is away, later requests fail, not the initialiser.
    ///
    /// - Parameters:
    ///   - expecting: made, where it is missing, on every connection from the first on, for processes that start before
    ///     their broker; parts that exist with other arguments stay unchanged and are reported to `notify`. Without it,
    ///     nothing is declared before ``declare(_:)``.
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
        self.notify = notify
        let declare: AMQPSession.Topology = { (connection) throws(AMQPError) in
            let (topology, known) = (declared.current, declared.known)
            let made = try await connection.withChannel { (channel) throws(AMQPError) in
                try await TopologyDeclarer.make(topology, configuration.queueType, channel)
            }
            for notice in declared.exists(topology, made: made, known: known) { notify(notice) }
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
        let watch = RefusalWatch([publishing, consuming], configuration, notify: notify)
        self.watch = Task { await watch.run() }
        await publishing.start()
        await consuming.start()
    }

    deinit {
        keeper.cancel()
        watch.cancel()
    }

    // MARK: Broker

    /// See ``Broker/declare(_:)``. Everything is compared before anything is created. From then on, the topology is
    /// declared again on each new connection, and checked and repaired regularly.
    package func declare(_ topology: Topology) async throws(MessagingError) {
        let known = declared.known
        if let mismatch = MessagingError.mismatch(try await inspect(topology), configuration) { throw mismatch }
        let made: [TopologyDeclarer.Piece]
        do {
            made = try await declarer.make(topology)
        } catch {
            throw MessagingError(error, configuration)
        }
        declared.remember(topology)
        for notice in declared.exists(topology, made: made, known: known) { notify(notice) }
    }

    /// See ``TopologyInspector/inspect(_:)``. AMQP cannot tell whether a binding exists.
    package func inspect(_ topology: Topology) async throws(MessagingError) -> [TopologyFinding] {
        try await connected(consuming)
        do {
            return try await declarer.inspect(topology)
        } catch {
            throw MessagingError(error, configuration)
        }
    }

    private var declarer: TopologyDeclarer { TopologyDeclarer(session: consuming, configuration: configuration) }

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
            throw MessagingError(error.lacking("read queue '\(queue)'"), configuration)
        }
    }

    /// See ``Broker/connectionsLost``; of both connections.
    package var connectionsLost: Int { publishing.connectionsLost + consuming.connectionsLost }

    /// See ``Broker/serverName()``.
    package func serverName() async -> String? {
        guard let properties = await consuming.serverProperties,
            case .string(let product)? = properties["product"], case .string(let version)? = properties["version"]
        else { return nil }
        return "\(product)/\(version)"
    }

    /// Closes both connections as the protocol requires: unacknowledged deliveries go back to their queues. Closing
    /// again has no effect.
    package func close() async {
        keeper.cancel()
        watch.cancel()
        await publishing.close()
        await consuming.close()
        await keeper.value
        await watch.value
    }

    // MARK: Connecting

    /// Waits during the first attempt to connect.
    ///
    /// - Throws: why there is no connection.
    func connected(_ session: AMQPSession) async throws(MessagingError) {
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
