/// Which deliveries of a channel are unsettled, and how to settle some of them in as few methods as possible.
///
/// The broker numbers the deliveries of a channel from 1, whatever consumer they go to (AMQP 0-9-1 section 1.8.3). A
/// value without I/O, owned by one actor.
public struct DeliveryLedger: Sendable {
    /// One basic.ack or basic.nack.
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
        public init(number: UInt64, multiple: Bool) {
            self.number = number
            self.multiple = multiple
        }
    }

    /// Whether the delivery `headNumber + index - head` is settled.
    private var isSettled: [Bool] = []
    private var head = 0
    private var headNumber: UInt64 = 1
    /// The number of unsettled deliveries.
    public private(set) var count = 0

    /// An empty ledger, before the first delivery of the channel.
    public init() {}

    /// Enters a delivery of a consumer or of basic.get.
    ///
    /// - Parameter number: the delivery tag.
    /// - Throws: ``WireError`` (503) when `number` is not the next one: settling would then mean other messages.
    public mutating func delivered(_ number: UInt64) throws(WireError) {
        let next = headNumber + UInt64(isSettled.count - head)
        guard number == next else {
            throw WireError(replyCode: 503, message: "delivery \(number) where \(next) is the next")
        }
        isSettled.append(false)
        count += 1
    }

    /// Settles deliveries.
    ///
    /// - Parameter numbers: in any order; those that are settled already or unknown are ignored.
    /// - Returns: the methods to send: one for the longest run from the oldest unsettled delivery on, and one for each
    ///   other delivery.
    public mutating func settle(_ numbers: [UInt64]) -> [Batch] {
        var fresh: [UInt64] = []
        fresh.reserveCapacity(numbers.count)
        var isAscending = true
        for number in numbers {
            guard number >= headNumber, number - headNumber < UInt64(isSettled.count - head) else { continue }
            let index = head + Int(number - headNumber)
            guard !isSettled[index] else { continue }
            isSettled[index] = true
            isAscending = isAscending && fresh.last ?? 0 < number
            fresh.append(number)
        }
        guard !fresh.isEmpty else { return [] }
        count -= fresh.count
        if !isAscending { fresh.sort() }
        while head < isSettled.count, isSettled[head] {
            head += 1
            headNumber += 1
        }
        let run = fresh.prefix { $0 < headNumber }
        var batches: [Batch] = []
        if let last = run.last { batches.append(Batch(number: last, multiple: run.count > 1)) }
        for number in fresh[run.endIndex...] { batches.append(Batch(number: number, multiple: false)) }
        compact()
        return batches
    }

    private mutating func compact() {
        if head == isSettled.count {
            isSettled.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024, head >= isSettled.count / 2 {
            isSettled.removeSubrange(..<head)
            head = 0
        }
    }
}
