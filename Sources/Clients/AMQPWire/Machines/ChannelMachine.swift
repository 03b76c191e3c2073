/// The states of a channel on the client's side (class channel, section 2.3 of the specification): one request at a
/// time, and contents that come in between.
///
/// A value without I/O. What a peer does wrong is a ``WireError``, which ends the connection.
public struct ChannelMachine: Sendable {
    /// What a frame means to the channel's owner.
    public enum Action: Sendable {
        /// Nothing yet, or nothing any more.
        case wait
        /// The answer to the request that is under way.
        case answered(Method)
        /// The answer to basic.get, when there was a message.
        case got(BasicGetOk, ContentHeader, [UInt8])
        /// A message for a consumer.
        case delivered(BasicDeliver, ContentHeader, [UInt8])
        /// A message that no queue took.
        case returned(BasicReturn, ContentHeader, [UInt8])
        /// basic.ack, or with `isNegative` basic.nack.
        case confirmed(number: UInt64, multiple: Bool, isNegative: Bool)
        /// The broker ended a consumer; to be answered by cancel-ok if so.
        case cancelled(consumerTag: String, answer: Bool)
        /// Stop (or go on) publishing; to be answered by flow-ok.
        case flow(active: Bool)
        /// The broker closed the channel; to be answered by close-ok.
        case closedByPeer(CloseReason)
        /// The broker closed the channel while this side did too; to be answered by close-ok. It is over for its users,
        /// but its number is free only when this side's close is answered.
        case crossed
        /// This side's close is answered.
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
    /// False while the broker has stopped publishing by channel.flow.
    public private(set) var isFlowing = true

    /// A channel that is about to be opened: its first request is channel.open.
    ///
    /// - Parameter bodyMax: the largest body that is kept, in bytes; of a larger one there is only the header.
    public init(bodyMax: Int) {
        content = ContentAssembly(bodyMax: bodyMax)
    }

    /// Whether a request may be sent.
    public var isReady: Bool {
        if case .open = state { request == nil } else { false }
    }

    /// A request goes out; only when ``isReady``.
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
        throw WireError(replyCode: 503, message: "a method that answers nothing")
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
    /// Whether this is the answer to `request`. Answers carry no number, so that their kind has to fit; of consumers
    /// also their tag.
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
