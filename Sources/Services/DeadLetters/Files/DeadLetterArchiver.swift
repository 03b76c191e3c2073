package import Events
import JSON
package import Messaging
import Synchronization

/// Moves letters to the archive before the dead-letter queue drops them: nothing that was accepted vanishes without a
/// word.
package final class DeadLetterArchiver: Sendable {
    /// The result of a round.
    package enum Report: Sendable, Hashable {
        /// Letters that are in this file now, and no longer in the queue.
        case archived(count: Int, file: String)
        /// Letters that expire within a day, because the archive is full or cannot keep them.
        case refused(count: Int, reason: String)
        /// The round failed; the next one tries again.
        case failed(String)
    }

    /// Letters of this process's rounds, for metrics.
    package struct Totals: Sendable, Hashable {
        package fileprivate(set) var archived = 0
        /// As the last round found.
        package fileprivate(set) var refused = 0
    }

    /// How long before its end a letter is moved.
    private static let notice: Int64 = 86_400_000
    /// The most bytes of letters in one file, before compression.
    private static let fileBytes = 8 << 20
    /// After so many letters in a row that stay, no others are looked at: a queue is nearly in order.
    private static let patience = 100_000

    private let queue: DeadLetterQueue
    private let archive: DeadLetterArchive
    private let interval: Duration
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (Report) -> Void
    private let counts = Mutex(Totals())

    /// - Parameters:
    ///   - interval: The time between rounds.
    ///   - now: The wall clock.
    package init(
        _ broker: any Broker, archive: DeadLetterArchive, interval: Duration = .seconds(3_600),
        now: @escaping @Sendable () -> Timestamp, report: @escaping @Sendable (Report) -> Void
    ) {
        queue = DeadLetterQueue(broker)
        self.archive = archive
        self.interval = interval
        self.now = now
        self.report = report
    }

    /// The letters of all rounds.
    package var totals: Totals { counts.withLock { $0 } }

    /// Runs a round soon, and then at every interval, until the task is cancelled.
    package func run() async {
        var pause = min(interval, .seconds(60))
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            do {
                try await round()
                pause = interval
            } catch let error as MessagingError where error.code == .busy || error.code == .unavailable {
                // Somebody looks at the letters, or those who need the broker report that it is away.
                pause = min(interval, .seconds(60))
            } catch {
                if !Task.isCancelled { report(.failed("\(error)")) }
                pause = interval
            }
        }
    }

    /// Whether a letter is to be moved: within a day, the queue drops it.
    package static func isDue(_ letter: DeadLetter, at now: Timestamp) -> Bool {
        letter.queuedAt?.isOlder(than: .milliseconds(PipelineTopology.deadLetterTTL - notice), at: now) ?? false
    }

    /// Moves the letters that are due.
    ///
    /// - Throws: ``MessagingError`` if the queue cannot be read, `SystemError` if the archive cannot be written. The
    ///   letters that are not in the archive stay in the queue.
    package func round() async throws {
        let name = PipelineTopology.deadLetterQueue
        guard try await queue.broker.status(of: [name])[name]?.ready ?? 0 > 0 else { return refuse(0, "") }
        try await queue.open().closing { session in
            var batch = Batch()
            var refused = 0
            var unarchivable = 0
            var staying = 0
            while staying < Self.patience {
                let taken = try await session.next(upTo: 1_000)
                if taken.isEmpty { break }
                for taken in taken {
                    guard Self.isDue(taken.letter, at: now()) else {
                        staying += 1
                        continue
                    }
                    staying = 0
                    if taken.letter.message.isBodyLeftOut { unarchivable += 1 } else { batch.add(taken) }
                }
                if batch.lines.count >= Self.fileBytes { refused += try await write(&batch, session) }
            }
            refused += try await write(&batch, session)
            let reason =
                refused > 0
                ? "the archive \(archive.directory) is full: dlq import and remove its files, or raise --archive-limit"
                : "they are larger than 1 MiB: dlq edit-replay --body, or dlq purge"
            refuse(refused + unarchivable, reason)
        }
    }

    private struct Batch {
        var lines: [UInt8] = []
        var tags: [DeliveryTag] = []

        mutating func add(_ taken: DeadLetterSession.Taken) {
            lines += taken.letter.json.bytes
            lines.append(UInt8(ascii: "\n"))
            tags.append(taken.tag)
        }
    }

    /// - Returns: The number of letters for which there was no room.
    private func write(_ batch: inout Batch, _ session: DeadLetterSession) async throws -> Int {
        defer { batch = Batch() }
        guard !batch.tags.isEmpty else { return 0 }
        guard let file = try await archive.add(batch.lines, at: now()) else { return batch.tags.count }
        try await session.remove(batch.tags)
        let count = batch.tags.count
        counts.withLock { $0.archived += count }
        report(.archived(count: count, file: "\(archive.directory)/\(file)"))
        return 0
    }

    private func refuse(_ count: Int, _ reason: String) {
        counts.withLock { $0.refused = count }
        if count > 0 { report(.refused(count: count, reason: reason)) }
    }
}
