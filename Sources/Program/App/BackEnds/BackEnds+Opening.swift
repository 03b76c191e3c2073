import Embedded
import EventLoops
import Messaging
import Observability
import RabbitMQMessaging
import Stores

/// Whether a program needs the broker when it starts.
package enum BrokerNeed: Sendable, Hashable {
    /// The broker must be available, with the topology; without it the program cannot work.
    case now
    /// The broker may be away; calls that need it fail or wait until it is available.
    case eventually
}

/// Opens the back ends; the only place that names concrete ones.
extension BackEnds {
    /// The broker with the topology declared.
    ///
    /// - Parameter executor: The loop of those who publish.
    /// - Throws: `.topologyMismatch` if a queue or exchange exists with other arguments; `.unavailable` if the broker
    ///   is away but required.
    func openBroker(
        _ need: BrokerNeed, publishingOn executor: EventLoop?, _ log: Log?, in scope: inout Scope
    ) async throws(MessagingError) -> any Broker {
        let broker = scope.add(
            try await connectBroker(expecting: topology, publishingOn: executor, log)
        ) { await $0.close() }
        do throws(MessagingError) {
            try await broker.declare(topology)
        } catch {
            guard need == .eventually, error.code == .unavailable else { throw error }
            log?(.warning, "the broker is away; it will be used as soon as it is available", ["error": error.message])
        }
        return broker
    }

    /// The broker as it is: nothing is declared, unless a topology is expected.
    func connectBroker(
        expecting topology: Topology? = nil,
        publishingOn executor: EventLoop? = nil, _ log: Log?
    ) async throws(MessagingError) -> any Broker & TopologyInspector {
        switch broker {
        case .embedded:
            var configuration = EmbeddedBrokerConfiguration()
            configuration.publishingExecutor = executor
            return try await EmbeddedBroker.open(directory: dataDirectory, configuration: configuration)
        case .url(let address):
            let configuration = try RabbitMQConfiguration(url: address.text, queueType: queueType.onRabbitMQ)
            return await RabbitMQBroker(configuration, expecting: topology, publishingExecutor: executor) { notice in
                log?.write(notice)
            }
        }
    }

    /// - Throws: ``StoreError`` if the graph cannot be opened, ``LocationError`` if this build does not support its
    ///   location.
    func openGraph() async throws -> any GraphStore {
        switch graph {
        case .embedded: try await EmbeddedGraphStore.open(directory: dataDirectory)
        case .url: throw LocationError.unsupported(.graph)
        }
    }

    /// - Throws: ``StoreError`` if the profiles cannot be opened, ``LocationError`` if this build does not support
    ///   their location.
    func openProfiles() async throws -> any ProfileStore {
        switch vectors {
        case .embedded: try await EmbeddedProfileStore.open(directory: dataDirectory)
        case .url: throw LocationError.unsupported(.vectors)
        }
    }

    /// The spool, in its own folder within the data folder; nil beside the embedded broker, which is away only when
    /// this disk is.
    func openSpool(in scope: inout Scope) async throws(MessagingError) -> Spool? {
        guard spoolLimit > 0, broker != .embedded else { return nil }
        let holder = scope.add(
            try await EmbeddedBroker.open(directory: "\(dataDirectory)/spool")
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
    /// Logs what the broker's adapter noticed.
    fileprivate func write(_ notice: RabbitMQNotice) {
        switch notice {
        case .restored(let part, let name):
            self(
                .warning, "part of the topology was missing and is created again",
                ["part": part.rawValue, "name": name])
        case .repairFailed(let error):
            self(.error, "the topology is not as configured", ["error": error.message])
        }
    }
}
