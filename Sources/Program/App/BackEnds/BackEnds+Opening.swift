import Embedded
import EventLoops
import Messaging
import Observability
import RabbitMQMessaging
import Stores

/// What a program needs of the broker when it starts.
package enum BrokerNeed: Sendable, Hashable {
    /// It has to be there, with the topology; the program cannot do anything else.
    case now
    /// It may still be away: what needs it fails or waits until it is there.
    case eventually
}

/// The only place that names concrete back ends.
extension BackEnds {
    /// The broker with the topology declared.
    ///
    /// - Parameter executor: what publishing to RabbitMQ runs on.
    /// - Throws: `.topologyMismatch` if something exists with other arguments; `.unavailable` if the broker is away and
    ///   needed now.
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
            log?(.warning, "broker is away; it is used as soon as it is there", ["error": error.message])
        }
        return broker
    }

    /// The broker as it is: nothing is declared on it, unless something is expected.
    func connectBroker(
        expecting topology: Topology? = nil,
        publishingOn executor: EventLoop? = nil, _ log: Log?
    ) async throws(MessagingError) -> any Broker & TopologyInspector {
        switch broker {
        case .embedded: return try await EmbeddedBroker.open(directory: dataDirectory)
        case .url(let address):
            let configuration = try RabbitMQConfiguration(url: address.text, queueType: queueType.onRabbitMQ)
            return await RabbitMQBroker(configuration, expecting: topology, publishingExecutor: executor) { notice in
                log?.write(notice)
            }
        }
    }

    /// The graph.
    ///
    /// - Throws: ``StoreError`` if it cannot be opened, ``LocationError`` if this build has none at its location.
    func openGraph() async throws -> any GraphStore {
        switch graph {
        case .embedded: try await EmbeddedGraphStore.open(directory: dataDirectory)
        case .url: throw LocationError.unsupported(.graph)
        }
    }

    /// Vectors and profiles.
    ///
    /// - Throws: ``StoreError`` if they cannot be opened, ``LocationError`` if this build has none at their location.
    func openProfiles() async throws -> any ProfileStore {
        switch vectors {
        case .embedded: try await EmbeddedProfileStore.open(directory: dataDirectory)
        case .url: throw LocationError.unsupported(.vectors)
        }
    }

    /// The spool in a folder of its own within the data folder; none beside the embedded broker, which is away only when
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
    /// Tells people what the broker's adapter noticed.
    fileprivate func write(_ notice: RabbitMQNotice) {
        switch notice {
        case .restored(let part, let name):
            self(.warning, "part of the topology was gone and is made anew", ["part": part.rawValue, "name": name])
        case .repairFailed(let error):
            self(.error, "the topology is not as configured", ["error": error.message])
        }
    }
}
