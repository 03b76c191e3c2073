import Embedded
import EventLoops
package import Messaging
package import Observability
package import RabbitMQMessaging
package import Stores
import Workers

/// Where the pipeline's parts are; the only place that names concrete back ends.
package struct BackEnds: Sendable, Hashable {
    /// The folder of the embedded broker and stores; made if it is missing.
    package var dataDirectory: String
    /// Which broker carries events to the workers.
    package var broker: BrokerLocation
    /// The type of the queues that are made on RabbitMQ.
    package var queueType: RabbitMQConfiguration.QueueType
    /// The most events that may wait in a work queue.
    package var queueMaxLength: Int64
    /// What a full work queue does.
    package var queueOverflow: Queue.Overflow
    /// How often and when an event is tried again.
    package var retry: RetryPolicy
    /// The most events that the API keeps on disk while RabbitMQ is away; 0 for none.
    package var spoolLimit: Int

    /// Everything embedded in `dataDirectory`; work queues of 100,000 events that drop the oldest to the dead-letter
    /// queue; beside RabbitMQ, a spool of 1,000,000 events.
    package init(
        dataDirectory: String, broker: BrokerLocation = .embedded,
        queueType: RabbitMQConfiguration.QueueType = .classic, queueMaxLength: Int64 = 100_000,
        queueOverflow: Queue.Overflow = .dropHead, retry: RetryPolicy = RetryPolicy(), spoolLimit: Int = 1_000_000
    ) {
        self.dataDirectory = dataDirectory
        self.broker = broker
        self.queueType = queueType
        self.queueMaxLength = queueMaxLength
        self.queueOverflow = queueOverflow
        self.retry = retry
        self.spoolLimit = spoolLimit
    }

    /// What the broker is asked to have.
    package var topology: Topology {
        PipelineTopology.topology(retryDelays: retry.delays, maxLength: queueMaxLength, overflow: queueOverflow)
    }
}

/// The broker and the stores of one process, opened and declared.
package struct Pipeline: Sendable {
    /// Carries events from the API to the workers.
    package let broker: any Broker
    /// Who did what.
    package let graph: any GraphStore
    /// Vectors and profiles.
    package let profiles: any ProfileStore
    /// Keeps events while the broker is away; nil where it was not asked for, is switched off, or would share the
    /// broker's own disk.
    package var spool: Spool?
    /// How often and when an event is tried again.
    var retry = RetryPolicy()
    /// Counts the workers that an event has killed.
    var crashes: CrashJournal?
    /// Where the workers' processes show that they do not write; see ``PauseBoard``.
    var pauseDirectory: String?
    /// What publishing to RabbitMQ runs on, for an API to share: it then publishes without a change of threads. Nil for
    /// the embedded broker, which commits on a queue of its own.
    var publishingExecutor: EventLoop?

    /// Opens the back ends and declares the topology.
    ///
    /// - Parameters:
    ///   - need: whether a broker that is away is an error.
    ///   - withSpool: whether the spool is needed too.
    ///   - log: told what the broker's adapter notices by itself.
    /// - Throws: what the back end says: ``MessagingError`` or ``StoreError``.
    package static func open(
        _ backEnds: BackEnds, broker need: BrokerNeed = .now, withSpool: Bool = false, log: Log? = nil
    ) async throws -> Pipeline {
        let directory = backEnds.dataDirectory
        let executor = backEnds.broker == .embedded ? nil : EventLoop(label: "publish")
        let broker = try await backEnds.openBroker(need, publishingOn: executor, log)
        do {
            let graph = try await EmbeddedGraphStore.open(directory: directory)
            do {
                let profiles = try await EmbeddedProfileStore.open(directory: directory)
                do {
                    let crashes = try CrashJournal(directory: "\(directory)/crashes")
                    let spool = withSpool ? try await backEnds.openSpool() : nil
                    return Pipeline(
                        broker: broker, graph: graph, profiles: profiles, spool: spool, retry: backEnds.retry,
                        crashes: crashes, pauseDirectory: "\(directory)/pauses", publishingExecutor: executor)
                } catch {
                    await profiles.close()
                    throw error
                }
            } catch {
                await graph.close()
                throw error
            }
        } catch {
            await broker.close()
            throw error
        }
    }

    /// Closes the parts, the broker first: what was not acknowledged goes back to its queue.
    package func close() async {
        await broker.close()
        await graph.close()
        await profiles.close()
        await spool?.close()
    }
}
