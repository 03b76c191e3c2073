import Embedded
import EventLoops
import Messaging
import Observability
import RabbitMQMessaging

/// What a program needs of the broker when it starts.
package enum BrokerNeed: Sendable, Hashable {
    /// It has to be there, with the topology; the program cannot do anything else.
    case now
    /// It may still be away: what needs it fails or waits until it is there.
    case eventually
}

extension BackEnds {
    /// The broker with the topology declared.
    ///
    /// - Throws: `.topologyMismatch` if something exists otherwise; `.unavailable` if the broker is away and needed now.
    ///
    /// - Parameter executor: what publishing to RabbitMQ runs on.
    func openBroker(
        _ need: BrokerNeed, publishingOn executor: EventLoop?, _ log: Log?
    ) async throws(MessagingError) -> any Broker {
        let broker = try await connectBroker(expecting: topology, publishingOn: executor, log)
        do {
            try await broker.declare(topology)
            return broker
        } catch {
            if need == .eventually, error.code == .unavailable {
                log?(.warning, "broker is away; it is used as soon as it is there", ["error": error.message])
                return broker
            }
            await broker.close()
            throw error
        }
    }

    /// The spool in a folder of its own within the data folder; none beside the embedded broker, which is away only when
    /// this disk is.
    func openSpool() async throws(MessagingError) -> Spool? {
        guard spoolLimit > 0, broker != .embedded else { return nil }
        let holder = try await EmbeddedBroker.open(directory: "\(dataDirectory)/spool")
        do throws(MessagingError) {
            return try await Spool(in: holder, limit: spoolLimit)
        } catch {
            await holder.close()
            throw error
        }
    }

    /// The broker as it is: nothing is declared on it, unless something is expected.
    func connectBroker(
        expecting topology: Topology? = nil,
        publishingOn executor: EventLoop? = nil, _ log: Log?
    ) async throws(MessagingError) -> any Broker & TopologyInspector {
        guard let rabbitMQ = try broker.rabbitMQ(queueType) else {
            return try await EmbeddedBroker.open(directory: dataDirectory)
        }
        return await RabbitMQBroker(rabbitMQ, expecting: topology, publishingExecutor: executor) { notice in
            log?.write(notice)
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
