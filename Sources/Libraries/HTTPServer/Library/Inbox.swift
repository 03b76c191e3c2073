import EventLoops
import Synchronization

/// Carries what tasks have finished to the server's loop. What is posted while the loop is at work, or before it has
/// come to it, goes over in one batch. Bounded by the number of handlers and streams, each of which has at most one
/// message of a kind under way.
final class Inbox: Sendable {
    enum Message: Sendable {
        /// A handler has returned. `epoch` tells whether the connection still waits for it.
        case answered(connection: UInt64, epoch: UInt64, HTTPResponse)
        /// A stream that had run dry has bytes again, or has ended.
        case streamReady(connection: UInt64, epoch: UInt64)
    }

    private let messages = Mutex(BatchInbox<Message>())
    private let wake: @Sendable () -> Void

    /// `wake` has to see to it that `takeAll` is called soon, on the server's loop.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    func post(_ message: Message) {
        if messages.withLock({ $0.append(message) }) { wake() }
    }

    func takeAll() -> [Message] {
        messages.withLock { messages in
            defer { _ = messages.endTurn() }
            return messages.take()
        }
    }
}
