/// The states of a channel on the client's side (class channel, section 2.3 of the specification): one request at a
/// time, and contents that come in between.
///
/// A value without I/O, owned by one actor. What a peer does wrong is a ``WireError``, which ends the connection.
public struct ChannelMachine: Sendable {
    /// What a frame means to the channel's owner. Bodies are whole; one above the limit is empty where its header tells
    /// a size.
    public enum Action: Sendable {
        /// Nothing yet, or nothing any more.
        case wait
        /// The request that is under way is answered.
        case answered(Method)
        /// The request that is under way, basic.get, is answered with a message: its method, header and body.
        case got(BasicGetOk, ContentHeader, [UInt8])
        /// A consumer got a message: its method, header and body.
        case delivered(BasicDeliver, ContentHeader, [UInt8])
        /// A message that no queue took came back: its method, header and body.
        case returned(BasicReturn, ContentHeader, [UInt8])
        /// The broker confirmed publishes by basic.ack, or refused them by basic.nack if `isNegative`: the one with the
        /// number, or all up to it with `multiple`.
        case confirmed(number: UInt64, multiple: Bool, isNegative: Bool)
        /// The broker ended a consumer (RabbitMQ's extension); the owner sends cancel-ok if `answer`.
        case cancelled(consumerTag: String, answer: Bool)
        /// Publishing has to stop, or may go on if `active`; the owner sends flow-ok.
        case flow(active: Bool)
        /// The broker closed the channel; the owner sends close-ok, after which the number is free.
        case closedByPeer(CloseReason)
        /// The broker closed the channel while this side did too; the owner sends close-ok. The channel is over for its
        /// users, but its number is free only when this side's close is answered.
        case crossed
        /// This side's close is answered, and the number is free.
        case closed
    }

    private enum State: Sendable {
        case open
        case closing
        case closed
    }

    private var state = State.open
    private var request: Method?
    private var content: ContentAssembly
    /// Whether the channel may publish: false while the broker has stopped publishing by channel.flow.
    public private(set) var isFlowing = true

    /// A channel that is about to be opened: its first request is channel.open.
    ///
    /// - Parameter bodyMax: the largest body that is kept, in bytes; of a larger one there is only the header.
    public init(bodyMax: Int) {
        content = ContentAssembly(bodyMax: bodyMax)
    }

    /// Whether a request may be sent: the channel is open, and no request is under way.
    public var isReady: Bool {
        if case .open = state { request == nil } else { false }
    }

    /// A request goes out; only when ``isReady``. Methods without an answer are not requests.
    ///
    /// - Parameter method: the request, without `noWait`.
    public mutating func requested(_ method: Method) {
        request = method
    }

    /// Begins to close.
    ///
    /// - Returns: whether channel.close is to be sent; not when the channel is closing or closed already.
    public mutating func close() -> Bool {
        guard case .open = state else { return false }
        state = .closing
        request = nil
        content.reset()
        return true
    }

    /// A frame of the channel arrived.
    ///
    /// - Parameter frame: a method, header or body; its channel number is not checked here.
    /// - Returns: what the frame means; ``ChannelMachine/Action/wait`` for everything but close and close-ok while the
    ///   channel closes.
    /// - Throws: ``WireError`` for what the protocol does not allow: a method that answers no request (503), frames of
    ///   a content in the wrong order or a heartbeat (505), a body that does not fit its header, or is announced with
    ///   more than 2 GiB (501).
    public mutating func received(_ frame: Frame) throws(WireError) -> Action {
        switch state {
        case .open: break
        case .closing:
            // Section 1.5.2.5 of the reference: everything but close and close-ok is discarded.
            switch frame {
            case .method(_, .channelCloseOk):
                state = .closed
                return .closed
            case .method(_, .channelClose):
                return .crossed
            default:
                return .wait
            }
        case .closed:
            return .wait
        }
        switch frame {
        case .method(_, let method):
            guard content.isIdle else {
                throw WireError(replyCode: 505, message: "a method within a content")
            }
            return try received(method)
        case .header(_, let header):
            return Self.whole(try content.header(header), &request)
        case .body(_, let part):
            return Self.whole(try content.body(part), &request)
        case .heartbeat:
            throw WireError(replyCode: 505, message: "a heartbeat on a channel")
        }
    }

    /// A frame arrived of a channel that is not open. When both sides close at once, a close or a close-ok comes for a
    /// channel that is gone.
    ///
    /// - Parameters:
    ///   - frame: the frame.
    ///   - number: the channel's number.
    /// - Returns: the method to answer with, if any.
    /// - Throws: ``WireError`` (504) for everything else.
    public static func receivedUnopened(_ frame: Frame, _ number: UInt16) throws(WireError) -> Method? {
        switch frame {
        case .method(_, .channelClose): return .channelCloseOk
        case .method(_, .channelCloseOk): return nil
        default: throw WireError(replyCode: 504, message: "a frame of channel \(number), which is not open")
        }
    }

    private mutating func received(_ method: Method) throws(WireError) -> Action {
        switch method {
        case .basicDeliver, .basicReturn:
            content.begin(method)
            return .wait
        case .basicGetOk:
            guard case .basicGet = request else { break }
            content.begin(method)
            return .wait
        case .basicAck(let number, let multiple):
            return .confirmed(number: number, multiple: multiple, isNegative: false)
        case .basicNack(let number, let multiple, _):
            return .confirmed(number: number, multiple: multiple, isNegative: true)
        case .basicCancel(let tag, let noWait):
            return .cancelled(consumerTag: tag, answer: !noWait)
        case .channelFlow(let active):
            isFlowing = active
            return .flow(active: active)
        case .channelClose(let reason):
            state = .closed
            request = nil
            return .closedByPeer(reason)
        default:
            if let request, method.answers(request) {
                self.request = nil
                return .answered(method)
            }
        }
        throw WireError(replyCode: 503, message: "a method that answers no request")
    }

    private static func whole(_ content: ContentAssembly.Content?, _ request: inout Method?) -> Action {
        guard let content else { return .wait }
        switch content.method {
        case .basicDeliver(let deliver):
            return .delivered(deliver, content.header, content.body)
        case .basicReturn(let returned):
            return .returned(returned, content.header, content.body)
        case .basicGetOk(let got):
            request = nil
            return .got(got, content.header, content.body)
        default:
            return .wait
        }
    }
}

extension Method {
    /// Whether this is the answer to `request`. Answers carry no number, so that their kind has to fit, and the tag of
    /// consumers.
    func answers(_ request: Method) -> Bool {
        switch (request, self) {
        case (.channelOpen, .channelOpenOk), (.exchangeDeclare, .exchangeDeclareOk),
            (.exchangeDelete, .exchangeDeleteOk), (.exchangeBind, .exchangeBindOk),
            (.exchangeUnbind, .exchangeUnbindOk), (.queueDeclare, .queueDeclareOk), (.queueBind, .queueBindOk),
            (.queueUnbind, .queueUnbindOk), (.queuePurge, .queuePurgeOk), (.queueDelete, .queueDeleteOk),
            (.basicQos, .basicQosOk), (.basicGet, .basicGetEmpty), (.basicRecover, .basicRecoverOk),
            (.confirmSelect, .confirmSelectOk), (.txSelect, .txSelectOk), (.txCommit, .txCommitOk),
            (.txRollback, .txRollbackOk), (.channelFlow, .channelFlowOk):
            true
        case (.basicConsume(let consume), .basicConsumeOk(let tag)):
            consume.consumerTag.isEmpty || consume.consumerTag == tag
        case (.basicCancel(let wanted, _), .basicCancelOk(let tag)):
            wanted == tag
        default:
            false
        }
    }
}
