import AMQPWire
import Bytes
import EventLoops

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

    var publishes: PublishWindow
    /// Who waits for the batches of `publishes`, by the same numbers.
    var publishers = NumberedWindow<CheckedContinuation<[AMQPPublishOutcome], Never>?>()

    var deliveries = DeliveryLedger()
    var consumers: [String: ConsumerState] = [:]

    init(handle: AMQPChannel, _ configuration: AMQPConfiguration) {
        self.handle = handle
        machine = ChannelMachine(bodyMax: configuration.bodyMax)
        publishes = PublishWindow(limits: configuration.publishLimits, at: .now)
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

/// What the connection knows of a consumer.
final class ConsumerState {
    /// Who waits for the machine's call; the latch is set when the call was cancelled.
    typealias Caller = (
        isCancelled: Latch<Void>, continuation: CheckedContinuation<Result<[AMQPDelivery], AMQPError>, Never>
    )

    let tag: String
    /// The unsettled deliveries of the channel when the consumer began: those of an earlier consumer.
    let unsettledBefore: Int
    var machine: ConsumerMachine
    var caller: Caller?

    init(tag: String, unsettledBefore: Int, _ machine: ConsumerMachine) {
        self.tag = tag
        self.unsettledBefore = unsettledBefore
        self.machine = machine
    }

    func resume(_ result: Result<[AMQPDelivery], AMQPError>) {
        let caller = self.caller
        self.caller = nil
        caller?.continuation.resume(returning: result)
    }
}
