import Embedded
import EventLoops
import Messaging
import Neo4jGraph
import Observability
import Platform
import QdrantProfiles
import RabbitMQMessaging
import Stores

/// What a program asks of the broker when it starts.
package enum BrokerNeed: Sendable, Hashable {
    /// Nothing: the broker is read or used as it is, nothing is declared, and calls fail if it is away.
    case asItIs
    /// The topology is declared, and the access checked. The broker may be away: calls that need it fail or wait until
    /// it is available. A broker that refuses this program is an error.
    case eventually(Access)
    /// As before, but a broker that refuses this program is waited for, too: somebody may be about to set it up.
    case whenever(Access)
    /// Nothing as long as nothing is published: the broker is opened when that is to begin, and must answer then.
    indirect case later(BrokerNeed)

    /// What a program has to be allowed.
    package struct Access: Sendable, Hashable {
        /// The exchanges that it publishes to; the empty name is the default exchange.
        var exchanges: [String] = []
        /// The queues that it consumes.
        var queues: [String] = []

        /// Of workers, which pass on what fails.
        package static func workers(_ plan: WorkerPlan) -> Access {
            let queues = WorkerPlan.Kind.allCases.filter { plan.counts[$0] ?? 0 > 0 }.map(\.queue)
            return Access(exchanges: queues.isEmpty ? [] : ["", PipelineTopology.deadLetterExchange], queues: queues)
        }

        /// Of an API with these workers in its process.
        package static func api(_ plan: WorkerPlan) -> Access {
            var access = workers(plan)
            access.exchanges.append(PipelineTopology.eventExchange)
            return access
        }
    }
}

/// Opens the back ends; the only place that names concrete ones.
extension BackEnds {
    /// The broker, with the topology declared if that is needed.
    ///
    /// - Parameters:
    ///   - executor: The loop of those who publish.
    ///   - reserve: Of the disk of the data folder.
    /// - Throws: `.topologyMismatch` if a queue or exchange exists with other arguments; `.refused` if the broker
    ///   refuses this program and that is not to be waited for.
    func openBroker(
        _ need: BrokerNeed, publishingOn executor: EventLoop?, reserve: DiskReserve, _ log: Log?, in scope: inout Scope
    ) async throws(MessagingError) -> any Broker {
        let (access, waits): (BrokerNeed.Access, Bool)
        switch need {
        case .asItIs:
            return scope.add(
                try await connectBroker(publishingOn: executor, reserve: reserve, log)
            ) { await $0.close() }
        case .eventually(let needed): (access, waits) = (needed, false)
        case .whenever(let needed): (access, waits) = (needed, true)
        case .later(let need):
            return scope.add(
                LateBroker { () async throws(MessagingError) in
                    // The late broker closes what is opened; what fails is closed here.
                    var parts = Scope()
                    do throws(MessagingError) {
                        return try await openBroker(need, publishingOn: executor, reserve: reserve, log, in: &parts)
                    } catch {
                        await parts.close()
                        throw error
                    }
                }
            ) { await $0.close() }
        }
        // A refusal that ends this program is told by its error alone.
        let hasOpened = Latch<Void>()
        if waits { hasOpened.set(()) }
        let broker = scope.add(
            try await connectBroker(
                expecting: topology, publishingOn: executor, reserve: reserve, hasOpened: hasOpened, log)
        ) { await $0.close() }
        do throws(MessagingError) {
            try await broker.declare(topology)
            try await broker.checkAccess(publishingTo: access.exchanges, consuming: access.queues)
        } catch {
            switch error.code {
            case .unavailable:
                log?(
                    .warning, "the broker is away; it will be used as soon as it is available",
                    ["error": error.message])
            case .refused where waits:
                log?(
                    .error, "the broker refuses this program; it will be used as soon as that is mended",
                    ["error": error.message])
            case .refused:
                throw MessagingError(
                    .refused, "\(error.message). (--wait-for-broker starts all the same, and tries until it may.)")
            default: throw error
            }
        }
        hasOpened.set(())
        return broker
    }

    /// The broker as it is: nothing is declared, unless a topology is expected. Until `hasOpened` is set, refusals are not
    /// logged.
    func connectBroker(
        expecting topology: Topology? = nil, publishingOn executor: EventLoop? = nil, reserve: DiskReserve? = nil,
        hasOpened: Latch<Void>? = nil, _ log: Log?
    ) async throws(MessagingError) -> any Broker & TopologyInspector {
        switch broker {
        case .embedded:
            var configuration = EmbeddedBrokerConfiguration()
            configuration.publishingExecutor = executor
            configuration.reserve = reserve
            return try await EmbeddedBroker.open(directory: dataDirectory, configuration: configuration)
        case .url(let address):
            var configuration = try rabbitMQConfiguration(address)
            configuration.acceptsEitherType = acceptsEitherQueueType
            return await RabbitMQBroker(configuration, expecting: topology, publishingExecutor: executor) { notice in
                if case .refused = notice, let hasOpened, hasOpened.value == nil { return }
                log?.write(notice)
            }
        }
    }

    /// How RabbitMQ is reached; nil where the broker is embedded.
    func rabbitMQConfiguration() throws(MessagingError) -> RabbitMQConfiguration? {
        guard case .url(let address) = broker else { return nil }
        return try rabbitMQConfiguration(address)
    }

    private func rabbitMQConfiguration(_ address: Location.Address) throws(MessagingError) -> RabbitMQConfiguration {
        try RabbitMQConfiguration(url: address.text, queueType: queueType.onRabbitMQ)
    }

    /// - Throws: ``StoreError`` if the graph cannot be opened; a server is connected to when it is first used.
    func openGraph(reserve: DiskReserve, _ log: Log?) async throws -> any GraphStore {
        if let graph = try connectNeo4j(log) { return graph }
        return try await EmbeddedGraphStore.open(directory: dataDirectory, reserve: reserve) { log?.write($0) }
    }

    /// The graph on a server; nil where it is embedded.
    func connectNeo4j(_ log: Log?) throws(StoreError) -> Neo4jGraphStore? {
        guard case .url(let address) = graph else { return nil }
        return Neo4jGraphStore(
            try Neo4jConfiguration(
                url: address.text, user: neo4j.user, password: neo4j.password, database: neo4j.database)
        ) { log?.write($0) }
    }

    /// - Throws: ``StoreError`` if the profiles cannot be opened; a server is connected to when it is first used.
    func openProfiles(reserve: DiskReserve, _ log: Log?) async throws -> any ProfileStore {
        switch vectors {
        case .embedded: return try await EmbeddedProfileStore.open(directory: dataDirectory, reserve: reserve)
        case .url(let address):
            let configuration = try QdrantProfilesConfiguration(
                url: address.text, apiKey: qdrant.apiKey, formula: ProfileFormula(dimension: qdrant.vectorSize))
            return QdrantProfileStore(configuration) { log?.write($0) }
        }
    }

    /// The spool, in its own folder within the data folder; nil beside the embedded broker, which is away only when
    /// this disk is.
    func openSpool(reserve: DiskReserve, in scope: inout Scope) async throws(MessagingError) -> Spool? {
        guard spoolLimit > 0, broker != .embedded else { return nil }
        var configuration = EmbeddedBrokerConfiguration()
        configuration.reserve = reserve
        let holder = scope.add(
            try await EmbeddedBroker.open(directory: "\(dataDirectory)/spool", configuration: configuration)
        ) { await $0.close() }
        return try await Spool(in: holder, limit: spoolLimit)
    }
}

extension BackEnds.QueueType {
    fileprivate var onRabbitMQ: RabbitMQConfiguration.QueueType {
        switch self {
        case .classic: .classic
        case .quorum: .quorum
        }
    }
}

extension Log {
    /// Logs what the graph's adapter noticed.
    fileprivate func write(_ notice: Neo4jNotice) {
        switch notice {
        case .usesLedger(let reason):
            self(
                .warning, "the graph's server has no unique relationships; nodes (:LedgerEvent) keep the ids of events",
                ["reason": reason])
        }
    }

    /// Logs what the adapter of the vectors noticed.
    fileprivate func write(_ notice: QdrantNotice) {
        switch notice {
        case .created(let collection, let size):
            self(
                .info, "a collection of vectors was not there and is created",
                ["collection": collection, "vector_size": "\(size)"])
        case .catalogueUnused(let reason):
            self(
                .warning, "the catalogue cannot be used, and vectors made of features take the places of its own",
                ["reason": reason])
        }
    }

    /// Logs how far the interactions of a data folder of before have been taken into the co-views.
    fileprivate func write(_ progress: CoViewProgress?) {
        guard let progress else { return self(.info, "recommendations know all stored interactions") }
        guard progress.isMilestone else { return }
        self(
            .info, "recommendations take in the interactions that an earlier version stored, beside other work",
            ["done": "\(progress.done)", "of": "\(progress.total)"])
    }

    /// Logs what the broker's adapter noticed.
    fileprivate func write(_ notice: RabbitMQNotice) {
        switch notice {
        case .created(let part, let name):
            self(.info, "part of the topology was not there and is created", ["part": part.rawValue, "name": name])
        case .restored(let part, let name):
            self(
                .warning, "part of the topology was missing and is created again",
                ["part": part.rawValue, "name": name])
        case .refused(let error):
            self(
                .error, "the broker refuses this program until somebody mends that; it tries again and again",
                ["error": error.message])
        case .accepted:
            self(.info, "the broker takes this program again")
        case .repairFailed(let error):
            self(.error, "the topology is not as configured", ["error": error.message])
        }
    }
}
