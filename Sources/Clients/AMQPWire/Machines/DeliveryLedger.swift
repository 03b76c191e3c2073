public import Bytes

/// Which deliveries of a channel are unsettled, and how to settle some of them in as few methods as possible.
///
/// The broker numbers the deliveries of a channel from 1, whatever consumer they go to (AMQP 0-9-1 section 1.8.3). A
/// value without I/O, owned by one actor.
@frozen
public struct DeliveryLedger: Sendable {
    /// One basic.ack or basic.nack.
    @frozen
    public struct Batch: Sendable, Hashable {
        /// The delivery's number, or with `multiple` that of the last one.
        public var number: UInt64
        /// Whether every unsettled delivery before it is settled too.
        public var multiple: Bool

        /// Makes a method's fields.
        ///
        /// - Parameters:
        ///   - number: the delivery's number, or with `multiple` that of the last one.
        ///   - multiple: whether every unsettled delivery before it is settled too.
        @inlinable
        public init(number: UInt64, multiple: Bool) {
            self.number = number
            self.multiple = multiple
        }
    }

    /// Whether a delivery is settled; from the oldest unsettled one on.
    @usableFromInline var isSettled = NumberedWindow<Bool>()
    /// The number of unsettled deliveries.
    @inlinable public var count: Int { unsettled }
    @usableFromInline var unsettled = 0
    /// The number of deliveries since the channel was opened.
    @inlinable public var total: UInt64 { isSettled.nextNumber - 1 }

    /// An empty ledger, before the first delivery of the channel.
    @inlinable
    public init() {}

    /// Enters a delivery of a consumer or of basic.get.
    ///
    /// - Parameter number: the delivery tag.
    /// - Throws: ``WireError`` (503) when `number` is not the next one: settling would then mean other messages.
    @inlinable
    public mutating func delivered(_ number: UInt64) throws(WireError) {
        guard number == isSettled.nextNumber else {
            throw WireError(
                replyCode: 503, message: "delivery \(number) where \(isSettled.nextNumber) is the next")
        }
        isSettled.append(false)
        unsettled += 1
    }

    /// Settles deliveries.
    ///
    /// - Parameter numbers: in any order; those that are settled already or unknown are ignored.
    /// - Returns: the methods to send: one for the longest run from the oldest unsettled delivery on, and one for each
    ///   other delivery.
    @inlinable
    public mutating func settle(_ numbers: [UInt64]) -> [Batch] {
        var fresh: [UInt64] = []
        fresh.reserveCapacity(numbers.count)
        var isAscending = true
        for number in numbers {
            guard isSettled[number] == false else { continue }
            isSettled.update(number) { $0 = true }
            isAscending = isAscending && fresh.last ?? 0 < number
            fresh.append(number)
        }
        guard !fresh.isEmpty else { return [] }
        unsettled -= fresh.count
        if !isAscending { fresh.sort() }
        isSettled.removeFirst { $0 }
        let run = fresh.prefix { $0 < isSettled.firstNumber }
        var batches: [Batch] = []
        if let last = run.last { batches.append(Batch(number: last, multiple: run.count > 1)) }
        for number in fresh[run.endIndex...] { batches.append(Batch(number: number, multiple: false)) }
        return batches
    }
}

extension DeliveryLedger {
    /// How a delivery is settled.
    public enum Settlement: Sendable, Hashable {
        /// The message is done, and the queue forgets it (basic.ack).
        case acknowledge
        /// The message goes back to its place in the queue (basic.nack with requeue).
        case requeue
        /// The message goes to the queue's dead-letter exchange, or is dropped (basic.nack without requeue).
        case reject
    }
}

extension DeliveryLedger.Batch {
    /// The method that settles the deliveries.
    ///
    /// - Parameter settlement: what becomes of them.
    /// - Returns: basic.ack or basic.nack.
    public func method(_ settlement: DeliveryLedger.Settlement) -> Method {
        settlement == .acknowledge
            ? .basicAck(deliveryTag: number, multiple: multiple)
            : .basicNack(deliveryTag: number, multiple: multiple, requeue: settlement == .requeue)
    }
}
