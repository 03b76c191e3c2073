public import AMQPWire

/// A message on its way to an exchange.
public typealias AMQPOutgoing = OutgoingMessage

/// A message that a consumer holds until it is settled.
public typealias AMQPDelivery = IncomingMessage

/// Names a delivery within its channel or consumer.
public typealias AMQPDeliveryTag = IncomingMessage.Tag

/// How a consumer settles a delivery.
public typealias AMQPSettlement = DeliveryLedger.Settlement

/// What became of a published message.
public enum AMQPPublishOutcome: Sendable, Hashable {
    /// The broker is responsible for the message now, in every queue that it was routed to (basic.ack).
    case confirmed
    /// The broker refused responsibility (basic.nack): a full queue that rejects publishers, an internal error.
    case nacked
    /// No queue took the message; the broker's reply code (312: no route) and text.
    case returned(replyCode: UInt16, text: String)
    /// The message was sent, or a part of it, and no answer came: it may or may not be in the queues. Whoever sends it
    /// again may cause a repetition.
    case unknown(AMQPError)
    /// The message was not sent: safe to send again.
    case failed(AMQPError)

    /// What became of a message that is not confirmed, on a channel that has ended for `reason` if it has ended.
    init(_ failure: PublishWindow.Failure, channelEnded reason: AMQPError) {
        self =
            switch failure {
            case .refused: .nacked
            case .returned(let replyCode, let text): .returned(replyCode: replyCode, text: text)
            case .unconfirmed: .unknown(AMQPError(.timedOut, "the broker did not confirm in time"))
            case .lost: .unknown(reason)
            case .unencodable(let message): .failed(AMQPError(.unencodable, message))
            case .waitedTooLong(let blocked?): .failed(.blocked(blocked))
            case .waitedTooLong(nil): .failed(AMQPError(.blocked, "the broker did not take messages in time"))
            case .unsent: .failed(reason)
            }
    }
}
