import Bytes

/// Publishes of a channel with confirms: those that wait to be sent, those that are sent and not confirmed, bounded,
/// and what became of each.
///
/// Messages come in batches, one per call of whoever publishes. A batch is finished when the outcome of each of its
/// messages is known: ``popFinished()`` tells it, and is to be asked after every other call. A value without I/O and
/// without a clock, owned by one actor.
public struct PublishWindow: Sendable {
    /// What bounds a window.
    public struct Limits: Sendable, Hashable {
        /// The most messages that are sent and not confirmed.
        public var unconfirmedMessages: Int
        /// The most bytes of bodies that are sent and not confirmed; a larger message goes alone.
        public var unconfirmedBytes: Int
        /// The most messages that wait to be sent; a batch that finds none waiting is taken whatever its size.
        public var waitingMessages: Int
        /// How long a message may wait before it is sent.
        public var sendTimeout: Duration
        /// How long a message may stay unconfirmed after it was sent.
        public var confirmTimeout: Duration

        /// Makes limits.
        ///
        /// - Parameters:
        ///   - unconfirmedMessages: the most messages that are sent and not confirmed.
        ///   - unconfirmedBytes: the most bytes of their bodies.
        ///   - waitingMessages: the most messages that wait to be sent.
        ///   - sendTimeout: how long a message may wait before it is sent.
        ///   - confirmTimeout: how long a message may stay unconfirmed after it was sent.
        public init(
            unconfirmedMessages: Int, unconfirmedBytes: Int, waitingMessages: Int, sendTimeout: Duration,
            confirmTimeout: Duration
        ) {
            self.unconfirmedMessages = unconfirmedMessages
            self.unconfirmedBytes = unconfirmedBytes
            self.waitingMessages = waitingMessages
            self.sendTimeout = sendTimeout
            self.confirmTimeout = confirmTimeout
        }
    }

    /// Why a message is not confirmed.
    public enum Failure: Sendable, Hashable {
        /// The broker refused responsibility (basic.nack).
        case refused
        /// No queue took the message; the broker's reply code and text.
        case returned(replyCode: UInt16, text: String)
        /// The message was sent, and no confirm came in time.
        case unconfirmed
        /// The message was sent, and the channel ended before it was confirmed.
        case lost
        /// The message does not fit its fields, for this reason, and was not sent.
        case unencodable(String)
        /// The message waited too long and was not sent; the reason for which the broker takes no messages, in its
        /// words, if there is one.
        case waitedTooLong(blocked: String?)
        /// The channel ended before the message was sent.
        case unsent
    }

    /// A batch of which every outcome is known.
    public struct Finished: Sendable, Hashable {
        /// The number that the batch got when it came.
        public let batch: UInt64
        /// How many messages it had.
        public let count: Int
        /// What became of the messages that are not confirmed, by their positions.
        public let failures: [Int: Failure]
    }

    private struct Token: Sendable {
        var batch: UInt64
        var index: Int
    }

    private let limits: Limits
    private var ledger = ConfirmLedger<Token>()
    private var batches = NumberedWindow<PublishBatch>()
    /// The oldest batch that is not sent as a whole.
    private var firstWaiting: UInt64 = 1
    private var finished = FIFO<Finished>()
    private var unconfirmedBytes = 0
    /// How many messages wait to be sent.
    public private(set) var waitingMessages = 0
    /// Batches hold times as distances from this one, whose size the compiler knows.
    private let start: ContinuousClock.Instant

    /// A window before the first publish after confirm.select.
    ///
    /// - Parameters:
    ///   - limits: the bounds.
    ///   - now: the time.
    public init(limits: Limits, at now: ContinuousClock.Instant) {
        self.limits = limits
        start = now
    }

    /// How many messages are sent and neither confirmed nor refused.
    public var unconfirmedMessages: Int { ledger.count }
    /// Whether anything waits to be sent.
    public var isWaiting: Bool { firstWaiting < batches.nextNumber }

    /// Takes a batch, which waits to be sent from now on.
    ///
    /// - Parameters:
    ///   - messages: at least one.
    ///   - now: the time.
    /// - Returns: the batch's number, which counts from 1; nil when too many messages wait already.
    public mutating func add(_ messages: [OutgoingMessage], at now: ContinuousClock.Instant) -> UInt64? {
        guard !isWaiting || waitingMessages + messages.count <= limits.waitingMessages else { return nil }
        waitingMessages += messages.count
        let deadline = now - start + limits.sendTimeout
        return batches.append(PublishBatch(batches.nextNumber, messages, sendDeadline: deadline))
    }

    /// Sends what waits, in order, as far as there is room.
    ///
    /// - Parameters:
    ///   - encoder: where the frames are written.
    ///   - channel: the channel's number.
    ///   - limit: how many bytes the encoder may hold before no message is added.
    ///   - now: the time of sending.
    public mutating func send(
        to encoder: inout FrameEncoder, channel: UInt16, upTo limit: Int, at now: ContinuousClock.Instant
    ) {
        let limits = limits
        let confirmDeadline = now - start + limits.confirmTimeout
        while isWaiting {
            let isSent = batches.update(firstWaiting) { batch in
                while batch.sent < batch.count {
                    let message = batch.messages[batch.sent]
                    let size = message.body.count
                    guard encoder.bytes.count < limit, ledger.count < limits.unconfirmedMessages,
                        unconfirmedBytes == 0 || unconfirmedBytes + size <= limits.unconfirmedBytes
                    else { return false }
                    let index = batch.sent
                    batch.sent += 1
                    waitingMessages -= 1
                    do throws(WireError) {
                        try encoder.publish(
                            BasicPublish(
                                exchange: message.exchange, routingKey: message.routingKey,
                                mandatory: message.mandatory),
                            properties: message.properties, body: message.body, channel: channel)
                        ledger.published(Token(batch: batch.number, index: index), isMandatory: message.mandatory)
                        unconfirmedBytes += size
                        batch.unsettled += 1
                        batch.confirmDeadline = confirmDeadline
                    } catch {
                        batch.settle(index, .unencodable(error.message), &finished)
                    }
                }
                return true
            }
            guard isSent ?? true else { break }
            firstWaiting += 1
        }
        batches.removeFirst(while: \.isDone)
    }

    /// A message came back; its outcome is known when the broker has acknowledged it, too.
    ///
    /// - Parameters:
    ///   - method: basic.return.
    ///   - header: the content's header.
    ///   - body: the content's body; empty if it was left out.
    /// - Throws: ``WireError`` (503) when no such message is unconfirmed: the acknowledgement will come, and must not
    ///   count for another message.
    public mutating func returned(
        _ method: BasicReturn, _ header: ContentHeader, _ body: [UInt8]
    ) throws(WireError) {
        let message = ReturnedMessage(method, header, body)
        func find(isExact: Bool) -> Token? {
            ledger.returned { token in
                guard let sent = batches[token.batch]?.messages[token.index] else { return false }
                return message.matches(
                    exchange: sent.exchange, routingKey: sent.routingKey, properties: sent.properties, body: sent.body,
                    isExact: isExact)
            }
        }
        // Two messages of the same content cannot be told apart, and need not be: the outcome of either holds for both.
        guard let token = find(isExact: true) ?? find(isExact: false) else {
            throw WireError(replyCode: 503, message: "a returned message that was not published")
        }
        batches.update(token.batch) { batch in
            if batch.failures[token.index] != nil { return }
            batch.failures[token.index] = .returned(replyCode: method.replyCode, text: method.replyText)
        }
    }

    /// The broker confirmed messages by basic.ack, or refused them by basic.nack.
    ///
    /// - Parameters:
    ///   - number: the message's number; zero, with `multiple`: all.
    ///   - multiple: whether all messages up to the number are meant.
    ///   - isNegative: whether the method is basic.nack.
    /// - Throws: ``WireError`` (406) when no message of that number was published.
    public mutating func confirmed(_ number: UInt64, multiple: Bool, isNegative: Bool) throws(WireError) {
        try ledger.settled(number, multiple: multiple, isNegative: isNegative) { token, settlement in
            batches.update(token.batch) { batch in
                unconfirmedBytes -= batch.messages[token.index].body.count
                batch.unsettled -= 1
                batch.settle(token.index, settlement == .refused ? .refused : nil, &finished)
            }
        }
        batches.removeFirst(while: \.isDone)
    }

    /// Ends the waiting for what was not sent, or not confirmed, in time.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - blocked: why the broker takes no messages, in its words; nil when it has not said so.
    public mutating func expire(at now: ContinuousClock.Instant, blocked: String?) {
        let now = now - start
        while let batch = batches[firstWaiting], now >= batch.sendDeadline {
            waitingMessages -= batch.count - batch.sent
            batches.update(firstWaiting) { $0.settleUnsent(.waitedTooLong(blocked: blocked), &finished) }
            firstWaiting += 1
        }
        ledger.visitUnsettled { token in
            let isOverdue = batches.update(token.batch) { batch in
                guard let deadline = batch.confirmDeadline, now >= deadline else { return false }
                batch.settle(token.index, .unconfirmed, &finished)
                return true
            }
            return isOverdue ?? false
        }
        batches.removeFirst(while: \.isDone)
    }

    /// The channel has ended, and with it every batch.
    public mutating func end() {
        for token in ledger.drain() { batches.update(token.batch) { $0.settle(token.index, .lost, &finished) } }
        while isWaiting {
            batches.update(firstWaiting) { $0.settleUnsent(.unsent, &finished) }
            firstWaiting += 1
        }
        batches.removeAll()
        unconfirmedBytes = 0
        waitingMessages = 0
    }

    /// Takes the oldest batch that has finished and was not taken.
    ///
    /// - Returns: the batch; nil when there is none.
    public mutating func popFinished() -> Finished? { finished.popFirst() }
}
