import Bytes

/// What came for a consumer and was not taken, and the call that waits for it: at most one at a time, which wants some
/// deliveries and lingers a while for more.
///
/// A value without I/O and without a clock, owned by one actor, which keeps the caller and has a timer.
public struct ConsumerMachine: Sendable {
    /// What the owner does.
    public enum Action: Sendable, Hashable {
        /// Nothing: the caller waits, if there is one.
        case wait
        /// Give these deliveries, or none, to the caller, if there is one; it waits no longer.
        case give([IncomingMessage])
        /// Tell the machine by ``ConsumerMachine/lingered(_:)`` when this time has passed.
        case linger(Duration, call: UInt64)
    }

    /// What becomes of a delivery.
    public enum Receipt: Sendable, Hashable {
        /// The delivery is kept, and is the first since ``ConsumerMachine/serve(unsettled:)``, which the owner calls when
        /// it has read what has come.
        case news
        /// The delivery is kept.
        case kept
        /// The delivery goes back to its queue, since this side ends the consumer.
        case refused
    }

    /// Why a call may not wait.
    public enum Refusal: Error, Sendable, Hashable {
        /// Another call waits already.
        case busy
        /// The broker ended the consumer.
        case ended
    }

    private struct Call: Sendable {
        let count: Int
        let linger: Duration
        var isLingering = false
    }

    private enum State: Sendable {
        case open
        /// This side ends the consumer.
        case cancelled
        /// The broker has ended the consumer.
        case ended
    }

    /// How long a caller has to linger for a millisecond to be a small part of that.
    private static let patience = Duration.milliseconds(4)

    private let prefetch: Int
    private let epoch: UInt32
    private var state = State.open
    /// At most `prefetch`: the broker may not send more.
    private var buffer = FIFO<IncomingMessage>()
    private var call: Call?
    private var lastCall: UInt64 = 0
    private var hasNews = false

    /// A consumer that nothing came for.
    ///
    /// - Parameters:
    ///   - prefetch: the most deliveries that the broker may have under way.
    ///   - epoch: which life of the consumer.
    public init(prefetch: Int, epoch: UInt32) {
        self.prefetch = prefetch
        self.epoch = epoch
    }

    /// Whether a caller waits for more deliveries than there are, and so long that the owner need not look at each
    /// delivery at once.
    public var isPatient: Bool { call.map { $0.isLingering && $0.linger >= Self.patience } ?? false }

    /// A delivery came.
    ///
    /// - Parameters:
    ///   - method: basic.deliver.
    ///   - header: the content's header.
    ///   - body: the content's body; empty if it was left out.
    /// - Returns: what becomes of it.
    /// - Throws: ``WireError`` (506) when the broker sends more than the prefetch.
    public mutating func delivered(
        _ method: BasicDeliver, _ header: ContentHeader, _ body: [UInt8]
    ) throws(WireError) -> Receipt {
        if case .cancelled = state { return .refused }
        guard buffer.count < prefetch else {
            throw WireError(replyCode: 506, message: "more deliveries than the prefetch of \(prefetch)")
        }
        buffer.append(IncomingMessage(method, epoch: epoch, header, body))
        defer { hasNews = true }
        return hasNews ? .kept : .news
    }

    /// Someone wants deliveries.
    ///
    /// - Parameters:
    ///   - count: the most deliveries; less than 1 counts as 1.
    ///   - linger: how long to wait for more after the first; zero: not at all.
    ///   - unsettled: how many deliveries of the channel are unsettled.
    /// - Returns: what to do.
    /// - Throws: why the call may not wait.
    public mutating func next(upTo count: Int, linger: Duration, unsettled: Int) throws(Refusal) -> Action {
        switch state {
        case .cancelled: return .give([])
        case .ended: throw .ended
        case .open: break
        }
        if call != nil { throw .busy }
        call = Call(count: max(count, 1), linger: linger)
        lastCall += 1
        return serve(unsettled: unsettled)
    }

    /// Looks whether what has come is enough for the call that waits. When all that the broker may send is there,
    /// nothing more will come, however much the caller wants.
    ///
    /// - Parameter unsettled: how many deliveries of the channel are unsettled.
    /// - Returns: what to do.
    public mutating func serve(unsettled: Int) -> Action {
        hasNews = false
        guard let call, !buffer.isEmpty else { return .wait }
        if call.linger <= .zero || buffer.count >= call.count || unsettled >= prefetch { return give() }
        if call.isLingering { return .wait }
        self.call?.isLingering = true
        return .linger(call.linger, call: lastCall)
    }

    /// The time of ``Action/linger(_:call:)`` has passed.
    ///
    /// - Parameter number: the call's number; one that waits no longer is ignored.
    /// - Returns: what to do.
    public mutating func lingered(_ number: UInt64) -> Action {
        number == lastCall ? give() : .wait
    }

    /// The caller that waits has gone, and takes nothing.
    ///
    /// - Returns: what to do.
    public mutating func callCancelled() -> Action {
        call = nil
        return .give([])
    }

    /// Begins to end the consumer: what still comes is not kept, and the caller gets none.
    ///
    /// - Returns: the deliveries that nobody took, which go back to their queue, and whether the broker is to be told
    ///   (basic.cancel): not when it has ended the consumer itself. Nil when this was called before.
    public mutating func cancel() -> (untaken: [UInt64], tellsBroker: Bool)? {
        let tellsBroker: Bool
        switch state {
        case .cancelled: return nil
        case .ended: tellsBroker = false
        case .open: tellsBroker = true
        }
        state = .cancelled
        call = nil
        return (buffer.drain().map(\.tag.number), tellsBroker)
    }

    /// The broker has ended the consumer: what was not taken is lost, and will be delivered again.
    ///
    /// - Returns: whether this is news; a caller that waits fails then.
    public mutating func cancelledByBroker() -> Bool {
        guard case .open = state else { return false }
        state = .ended
        call = nil
        _ = buffer.drain()
        return true
    }

    private mutating func give() -> Action {
        guard let call else { return .wait }
        self.call = nil
        return .give(buffer.pop(upTo: call.count))
    }
}
