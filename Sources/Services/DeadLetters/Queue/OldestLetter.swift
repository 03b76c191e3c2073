package import Events
import Messaging
import Synchronization

/// Looks every minute when the dead letter at the head of the queue was given up. Safe to use from any thread.
///
/// Letters stand in the order in which they came, but for those that looks and replays of a quorum queue have moved: the
/// first one is the oldest, or nearly so. A look at it costs the broker one page of letters, which go back at once.
package final class OldestLetter: Sendable {
    private let queue: DeadLetterQueue
    private let interval: Duration
    private let found = Mutex<Timestamp?>(nil)

    /// - Parameter interval: The time between looks.
    package init(_ queue: DeadLetterQueue, interval: Duration = .seconds(60)) {
        self.queue = queue
        self.interval = interval
    }

    /// When the letter was given up; nil when there was none at the last look.
    package var failedAt: Timestamp? { found.withLock { $0 } }

    /// Looks now, and then at every interval, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await look()
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// Looks once. What the last look found stays when the broker is away, or somebody else looks.
    package func look() async {
        do throws(MessagingError) {
            let name = PipelineTopology.deadLetterQueue
            var first: Timestamp?
            if try await queue.broker.status(of: [name])[name]?.ready ?? 0 > 0 {
                try await queue.look { letter in
                    first = letter.lastFailedAt ?? letter.queuedAt
                    return false
                }
            }
            found.withLock { $0 = first }
        } catch {}
    }
}
