import Synchronization

/// How many events this process may still publish before a work queue is full, shared by those who publish and the one
/// who looks.
///
/// Safe to use from any thread.
package final class QueueRoom: Sendable {
    private let allowance: Mutex<QueueAllowance>

    /// Nothing is let through before ``QueueWatch`` has looked for the first time.
    ///
    /// - Parameter limit: the most messages of a work queue.
    package init(limit: Int) {
        allowance = Mutex(QueueAllowance(limit: limit))
    }

    func take(_ count: Int, partly: Bool) -> Int { allowance.withLock { $0.take(count, partly: partly) } }

    func answered(_ count: Int) { allowance.withLock { $0.answered(count) } }

    /// Why messages are not let through, as a publisher's failure.
    var refusal: MessagingError { MessagingError(.blocked, allowance.withLock { $0.refusal }) }

    func change<Result: Sendable>(_ body: (inout QueueAllowance) -> Result) -> Result {
        allowance.withLock { body(&$0) }
    }
}
