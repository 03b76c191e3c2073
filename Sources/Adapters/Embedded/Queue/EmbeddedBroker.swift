package import Messaging
import Platform
import SQLite
import Synchronization

/// A message broker without a server: RabbitMQ's semantics over one SQLite file in the data folder.
///
/// - Publications are confirmed when they are on the disk (write-ahead log with fsync), in every queue that they were
///   routed to, in one transaction. Concurrent publications share commits.
/// - Any number of processes may use one data folder. What a process holds when it dies goes back to the queues within
///   a fraction of a second, as soon as another process is there to notice.
/// - Expiry checks the first message of a queue only, as RabbitMQ's classic queues do: an expired message behind
///   another that may wait longer stays until it is the first.
///
/// Dead letters carry `x-death` and the related headers as RabbitMQ 4 writes them, and RabbitMQ's rule against cycles
/// holds: a message is dropped when it reaches a queue in which it died before, if every death on the way was by expiry
/// or length. The retry ladder (work queue, worker, delay queue, work queue) is not a cycle: the worker publishes a new
/// message into the delay queue, whose history is empty, so that the message dies once, in the delay queue, and never
/// before in the work queue. Even a ladder by rejection is not a cycle, as a rejection is somebody's decision.
///
/// RabbitMQ before 4.0, however, takes the history from the client's `x-death` header. A message that expired in a work
/// queue, is replayed with its headers, fails, and waits in a delay queue would be dropped there on its way back.
/// Remove `x-death` before publishing a message again.
///
/// Safe to use from any task.
package final class EmbeddedBroker: Broker {
    /// The name of the database within the data folder.
    package static let fileName = "queues.sqlite"

    /// How long a check waits for its answer: probes of orchestrators wait for a second, as a rule.
    static let checkTimeout = Duration.milliseconds(800)

    let engine: QueueEngine

    private init(engine: QueueEngine) {
        self.engine = engine
    }

    /// Opens the queues in `directory`, which is created if it does not exist, and gives back to them what dead
    /// processes held.
    ///
    /// - Throws: `.unavailable` if the folder or file cannot be opened, `.corrupt` if the file is damaged, `.failed` if
    ///   it belongs to another program or to a later version of this program. Nothing is changed then.
    package static func open(
        directory: String, configuration: EmbeddedBrokerConfiguration = EmbeddedBrokerConfiguration()
    ) async throws(MessagingError) -> EmbeddedBroker {
        let database: Database
        do {
            try FileSystem.createDirectory(directory)
            database = try await Database.open(
                at: "\(directory)/\(fileName)", configuration: Self.databaseConfiguration)
        } catch {
            throw MessagingError(error)
        }
        let engine = QueueEngine(
            database: database, configuration: configuration, sessionDirectory: "\(directory)/sessions")
        do throws(MessagingError) {
            // The first turn gives back what dead processes held, and finds what will expire.
            try await engine.operate { _, _ in }
        } catch {
            await engine.close()
            throw error
        }
        return EmbeddedBroker(engine: engine)
    }

    private static var databaseConfiguration: DatabaseConfiguration {
        var configuration = DatabaseConfiguration(
            applicationID: QueueSchema.applicationID, migrations: QueueSchema.migrations)
        // About ten statements per queue.
        configuration.statementCacheCapacity = 512
        return configuration
    }

    // MARK: Broker

    /// See ``Broker/declare(_:)``; also throws `.notFound` for a binding whose exchange or queue is missing, and
    /// `.failed` for names and arguments that RabbitMQ would refuse.
    package func declare(_ topology: Topology) async throws(MessagingError) {
        try await engine.operate { _, transaction in try transaction.declare(topology) }
    }

    /// A publisher; all publishers of a broker share its commits.
    package func makePublisher() async throws(MessagingError) -> any Publisher {
        EmbeddedPublisher(engine: engine)
    }

    /// See ``Broker/consume(_:prefetch:)``. A prefetch below 1 counts as 1.
    package func consume(_ queue: String, prefetch: Int) async throws(MessagingError) -> any Consumer {
        let id = Int64.random(in: 1 ... .max)
        let prefetch = max(1, prefetch)
        try await engine.begin(consumer: id, of: queue, prefetch: prefetch)
        return EmbeddedConsumer(engine: engine, id: id, prefetch: prefetch)
    }

    /// See ``Broker/status(of:)``. Does not wait for the writers.
    package func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus] {
        do {
            return try await engine.database.read { connection in try QueueReading.status(of: queues, connection) }
        } catch {
            throw MessagingError(error)
        }
    }

    /// See ``Broker/publishingFailure()``.
    package func publishingFailure() async -> MessagingError? {
        do throws(SQLiteError) {
            try await engine.database.checkWritable(within: Self.checkTimeout)
        } catch {
            return MessagingError(error)
        }
        return engine.configuration.reserve?.refusal.map { MessagingError(.blocked, "the embedded queue: \($0)") }
    }

    /// Ends publishers and consumers, gives back what consumers hold, and closes the file. Completes accepted work
    /// first. Closing again has no effect.
    package func close() async {
        await engine.close()
    }

    // MARK: Beyond the protocol

    /// Deletes the messages of `queue` that wait for a consumer; those that a consumer holds stay.
    ///
    /// - Returns: how many messages were deleted.
    /// - Throws: `.notFound` if the queue does not exist.
    @discardableResult
    package func purge(_ queue: String) async throws(MessagingError) -> Int {
        let count = Mutex(0)
        try await engine.operate { _, transaction in
            guard let index = transaction.catalog.index(of: queue) else { throw MessagingError.noQueue(queue) }
            let purged = try transaction.purge(index)
            count.withLock { $0 = purged }
        }
        return count.withLock { $0 }
    }

    /// Reads messages of `queue` in its order without taking them.
    ///
    /// - Parameters:
    ///   - position: the last ``BrowsedMessage/position`` of the previous page; nil for the first page.
    ///   - limit: the most messages; all of them are in memory at once.
    /// - Throws: `.notFound` if the queue does not exist.
    package func browse(
        _ queue: String, after position: Int64? = nil, limit: Int
    ) async throws(MessagingError) -> [BrowsedMessage] {
        do {
            return try await engine.database.read { connection in
                try QueueReading.browse(queue, after: position, limit: limit, connection)
            }
        } catch {
            throw MessagingError(error)
        }
    }
}

extension QueueEngine {
    fileprivate func begin(consumer: Int64, of queue: String, prefetch: Int) async throws(MessagingError) {
        try await operate { state, transaction in
            guard let index = transaction.catalog.index(of: queue) else { throw MessagingError.noQueue(queue) }
            state.consumers[consumer] = ConsumerRecord(queue: index, prefetch: prefetch, isCounted: false)
            try self.beginSession(&state, transaction)
        }
    }
}

extension MessagingError {
    static func noQueue(_ name: String) -> MessagingError {
        MessagingError(.notFound, "queue '\(name)' does not exist; declare the topology first")
    }
}
