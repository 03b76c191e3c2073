import Bytes

/// A batch of a ``PublishWindow``: its messages and what became of them. Most are confirmed, so that only the others
/// are written down.
struct PublishBatch: Sendable {
    let number: UInt64
    let count: Int
    let sendDeadline: Duration
    /// When the last message that was sent has to be confirmed.
    var confirmDeadline: Duration?
    /// Let go of when the batch is done.
    private(set) var messages: [OutgoingMessage]
    /// How many messages were sent, or cannot be.
    var sent = 0
    /// How many messages were sent and not settled by the broker.
    var unsettled = 0
    /// How many messages have no outcome yet.
    private var open: Int
    /// What became of messages that are not confirmed. One that was returned has its outcome only when the broker has
    /// settled it.
    var failures: [Int: PublishWindow.Failure] = [:]

    init(_ number: UInt64, _ messages: [OutgoingMessage], sendDeadline: Duration) {
        self.number = number
        self.messages = messages
        self.sendDeadline = sendDeadline
        count = messages.count
        open = messages.count
    }

    /// Whether nothing more can come for the batch. Before, a message with an outcome may still be returned.
    var isDone: Bool { open == 0 && unsettled == 0 }

    /// Notes what became of a message, nil for confirmed; the first outcome stands.
    mutating func settle(
        _ index: Int, _ failure: PublishWindow.Failure?, _ finished: inout FIFO<PublishWindow.Finished>
    ) {
        switch failures[index] {
        case nil, .returned?:
            if let failure { failures[index] = failure }
            open -= 1
            if open == 0 { finished.append(.init(batch: number, count: count, failures: failures)) }
        default: break
        }
        if isDone { messages = [] }
    }

    /// Notes one outcome for every message that was not sent.
    mutating func settleUnsent(
        _ failure: PublishWindow.Failure, _ finished: inout FIFO<PublishWindow.Finished>
    ) {
        for index in sent..<count { settle(index, failure, &finished) }
    }
}
