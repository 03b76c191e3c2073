import AMQPWire
import Bytes
import EventLoops
import Synchronization

/// What the connection knows of one of its channels. Confined to the connection's actor.
final class ChannelState {
    let handle: AMQPChannel
    var machine: ChannelMachine

    /// Requests that are not sent yet: each is a caller that waits.
    var requests = FIFO<PendingRequest>()
    /// The request that was sent and is not answered.
    var request: PendingRequest?
    /// Callers that wait until the channel is closed.
    var closeWaiters = Waiters<Void>()
    /// When this side stops waiting for the answer to its close.
    var closeDeadline: ContinuousClock.Instant?

    var confirms = ConfirmLedger<PublishToken>()
    var unconfirmedBytes = 0
    /// Publishes that are not sent, or not as a whole.
    var waiting = FIFO<PublishBatch>()
    /// How many messages of `waiting` are not sent.
    var waitingMessages = 0

    var deliveries = DeliveryLedger()
    var consumers: [String: ConsumerState] = [:]

    init(handle: AMQPChannel, bodyMax: Int) {
        self.handle = handle
        machine = ChannelMachine(bodyMax: bodyMax)
    }

    var number: UInt16 { handle.number }
}

enum Reply: Sendable {
    case method(Method)
    case delivery(AMQPDelivery)
}

/// A request and who waits for its answer.
struct PendingRequest {
    let method: Method
    let continuation: CheckedContinuation<Result<Reply, AMQPError>, Never>
    /// When it times out; from sending on.
    var deadline: ContinuousClock.Instant?
}

/// A call of publish: its messages and what became of them.
final class PublishBatch {
    let messages: [AMQPOutgoing]
    let sendDeadline: ContinuousClock.Instant
    /// When the last message that was sent has to be confirmed.
    var confirmDeadline: ContinuousClock.Instant?
    /// How many messages were sent, or failed before.
    var sent = 0
    private var outcomes: [AMQPPublishOutcome?]
    private var open: Int
    private var continuation: CheckedContinuation<[AMQPPublishOutcome], Never>?

    init(
        _ messages: [AMQPOutgoing], sendDeadline: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<[AMQPPublishOutcome], Never>
    ) {
        self.messages = messages
        self.sendDeadline = sendDeadline
        self.continuation = continuation
        outcomes = Array(repeating: nil, count: messages.count)
        open = messages.count
    }

    /// Notes what became of a message; the first outcome stands. The last message's outcome resumes the caller.
    func settle(_ index: Int, _ outcome: AMQPPublishOutcome) {
        guard outcomes[index] == nil else { return }
        outcomes[index] = outcome
        open -= 1
        guard open == 0 else { return }
        continuation?.resume(returning: outcomes.compactMap(\.self))
        continuation = nil
    }

    /// A return comes before the message's acknowledgement; the message is settled by that.
    func returned(_ index: Int, _ method: BasicReturn) {
        returns[index] = .returned(replyCode: method.replyCode, text: method.replyText)
    }

    /// Settles a message that the broker acknowledged after it had returned it.
    func settleReturned(_ index: Int) {
        settle(index, returns.removeValue(forKey: index) ?? .returned(replyCode: 312, text: "NO_ROUTE"))
    }

    private var returns: [Int: AMQPPublishOutcome] = [:]

    /// Settles everything that is open: as unknown what was sent, as failed what was not.
    func end(_ reason: AMQPError) {
        for index in messages.indices {
            settle(index, index < sent ? .unknown(reason) : .failed(reason))
        }
    }
}

struct PublishToken {
    let batch: PublishBatch
    let index: Int

    var message: AMQPOutgoing { batch.messages[index] }
}

/// What the connection knows of a consumer.
final class ConsumerState {
    /// A call of next.
    final class Call: Sendable {
        let count: Int
        let linger: Duration
        private let cancelled = Atomic(false)

        init(count: Int, linger: Duration) {
            self.count = count
            self.linger = linger
        }

        var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

        /// From any thread: a call may be cancelled before it has come to the connection.
        func cancel() {
            cancelled.store(true, ordering: .releasing)
        }
    }

    struct Waiter {
        let call: Call
        var isLingering = false
        let continuation: CheckedContinuation<Result<[AMQPDelivery], AMQPError>, Never>

        /// Whether the caller waits for more deliveries, and long enough for a millisecond to be a small part of that.
        var isPatient: Bool { isLingering && call.linger >= .milliseconds(4) }
    }

    let tag: String
    let epoch: UInt32
    let prefetch: Int
    /// At most `prefetch`: the broker may not send more.
    var buffer = FIFO<AMQPDelivery>()
    var waiter: Waiter?
    /// Why the broker ended the consumer; nil while it has not.
    var endReason: AMQPError?
    /// Set while this side ends the consumer: what still comes goes back.
    var isCancelled = false
    /// Whether the consumer got deliveries from the bytes that are being read.
    var hasNews = false

    init(tag: String, epoch: UInt32, prefetch: Int) {
        self.tag = tag
        self.epoch = epoch
        self.prefetch = prefetch
    }

    func resume(_ result: Result<[AMQPDelivery], AMQPError>) {
        let waiter = self.waiter
        self.waiter = nil
        waiter?.continuation.resume(returning: result)
    }
}
