import EventLoops
import Messaging
import Synchronization

/// A broker that is opened when it is needed for the first time: in the mode `direct`, nothing needs it.
///
/// Before that it has no queues, and takes and gives nothing. Safe to use from any task.
final class LateBroker: Broker {
    private struct Opened: Sendable {
        let broker: any Broker
        let publisher: any Publisher
    }

    private typealias Opening = Task<Result<Opened, MessagingError>, Never>

    private let connect: @Sendable () async throws(MessagingError) -> any Broker
    private let opened = Latch<Opened>()
    private let opening = Mutex<Opening?>(nil)

    /// - Parameter connect: Opens the broker; called again where it has thrown.
    init(_ connect: @escaping @Sendable () async throws(MessagingError) -> any Broker) {
        self.connect = connect
    }

    /// Opens the broker, unless it is open, and makes sure that it answers.
    ///
    /// - Throws: Why it cannot be used; the next call tries again.
    func open() async throws(MessagingError) {
        let task = opening.withLock { opening in
            if let opening { return opening }
            let task = Opening { [self] in await self.result() }
            opening = task
            return task
        }
        switch await task.value {
        case .success: return
        case .failure(let error):
            opening.withLock { if $0 == task { $0 = nil } }
            throw error
        }
    }

    private func result() async -> Result<Opened, MessagingError> {
        do throws(MessagingError) {
            let broker = try await connect()
            do throws(MessagingError) {
                // A connection that is only being tried is none.
                _ = try await broker.status(of: PipelineTopology.workQueues)
                let parts = Opened(broker: broker, publisher: try await broker.makePublisher())
                opened.set(parts)
                return .success(parts)
            } catch {
                await broker.close()
                throw error
            }
        } catch {
            return .failure(error)
        }
    }

    /// Returns when the broker is open, or the task is cancelled: whether it is open.
    func isOpened() async -> Bool { await opened.wait() != nil }

    private static let notOpened = MessagingError(
        .unavailable, "no broker is in use in the mode direct; PUT /mode with parallel or queue opens it")

    private func broker() throws(MessagingError) -> any Broker {
        guard let parts = opened.value else { throw Self.notOpened }
        return parts.broker
    }

    // MARK: Broker

    func declare(_ topology: Topology) async throws(MessagingError) { try await broker().declare(topology) }

    func makePublisher() async throws(MessagingError) -> any Publisher { LatePublisher(broker: self) }

    func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer {
        try await broker().consume(queue, prefetch: prefetch)
    }

    func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus] {
        guard let parts = opened.value else { return [:] }
        return try await parts.broker.status(of: queues)
    }

    func checkAccess(
        publishingTo exchanges: [String], consuming queues: [String]
    ) async throws(MessagingError) {
        try await broker().checkAccess(publishingTo: exchanges, consuming: queues)
    }

    func publishingFailure() async -> MessagingError? {
        guard let parts = opened.value else { return Self.notOpened }
        return await parts.broker.publishingFailure()
    }

    func serverName() async -> String? { await opened.value?.broker.serverName() }

    var connectionsLost: Int { opened.value?.broker.connectionsLost ?? 0 }

    var isInUse: Bool { opened.value != nil }

    func close() async {
        // One that is being opened is waited for, and closed.
        guard let task = opening.withLock({ $0 }), case .success(let parts) = await task.value else { return }
        await parts.broker.close()
    }

    /// Publishes once the broker is open.
    private struct LatePublisher: Publisher {
        let broker: LateBroker

        nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
            guard let parts = broker.opened.value else {
                return Array(repeating: .failed(LateBroker.notOpened), count: publications.count)
            }
            return await parts.publisher.publish(publications)
        }
    }
}
