/// The states of a connection on the client's side (class connection, section 2.2 of the specification).
///
/// A value without I/O, owned by one actor: told of frames of channel 0 it says what to do. What a peer does wrong is a
/// ``WireError``, after which ``violated(_:)`` closes the connection with its reply code.
public struct ConnectionMachine: Sendable {
    /// What the owner does, or learns, in order.
    public enum Action: Sendable, Hashable {
        /// Write the eight bytes of the protocol header (section 4.2.2).
        case sendProtocolHeader
        /// Write this method on channel 0.
        case send(Method)
        /// Use these limits from the next frame on, in both directions.
        case tuned(Tuning)
        /// The connection may be used.
        case opened
        /// The broker takes no messages, for this reason in its words (RabbitMQ's extension).
        case blocked(String)
        /// The broker takes messages again (RabbitMQ's extension).
        case unblocked
        /// The broker has accepted the oldest new secret that is not answered (RabbitMQ's extension).
        case secretUpdated
        /// The connection is over: the peer closed it for this reason, or this side closed it (nil).
        case closed(CloseReason?)
    }

    /// Whom a frame is for.
    public enum Destination: Sendable, Hashable {
        /// Nobody: the frame only shows that the peer lives, or comes while the connection closes.
        case nobody
        /// The connection: the owner performs these actions.
        case connection([Action])
        /// The channel with this number, if it is open.
        case channel(UInt16)
    }

    private enum State: Sendable {
        case idle
        /// The protocol header was sent.
        case starting
        /// start-ok was sent; secure or tune comes.
        case authenticating
        /// tune-ok and open were sent.
        case opening
        case open
        /// close was sent; everything but close and close-ok is ignored.
        case closing
        case closed
    }

    private var state = State.idle
    private let request: ConnectionRequest
    private var secretsUnderWay = 0
    /// What the broker said of itself (connection.start); empty before.
    public private(set) var serverProperties: FieldTable = [:]
    /// The limits that were negotiated; before connection.tune, those that the client wants.
    public private(set) var tuning: Tuning

    /// A connection on which nothing was sent.
    ///
    /// - Parameter request: the login, the virtual host and the limits that the client wants.
    public init(_ request: ConnectionRequest) {
        self.request = request
        tuning = request.tuning
    }

    /// Whether the handshake is done and closing has not begun, so that other channels may be used.
    public var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether nothing more is to be sent or heard, apart from what was written before.
    public var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// Whether login has begun and not ended: RabbitMQ before 3.2, and proxies, report a refusal by closing the socket.
    public var isAuthenticating: Bool {
        if case .authenticating = state { true } else { false }
    }

    /// What the connection waits for, as a phrase for errors, such as `connection.tune`.
    public var stage: String {
        switch state {
        case .idle, .starting: "connection.start"
        case .authenticating: "connection.tune"
        case .opening: "connection.open-ok"
        case .open: "frames"
        case .closing: "connection.close-ok"
        case .closed: "nothing"
        }
    }

    /// Begins the handshake.
    ///
    /// - Returns: what to do; nothing the second time.
    public mutating func start() -> [Action] {
        guard case .idle = state else { return [] }
        state = .starting
        return [.sendProtocolHeader]
    }

    /// Begins to close, or ends a handshake that is not done.
    ///
    /// - Parameter reason: what the peer is told.
    /// - Returns: what to do; nothing when closing has begun already.
    public mutating func close(_ reason: CloseReason) -> [Action] {
        switch state {
        case .open, .opening:
            state = .closing
            return [.send(.connectionClose(reason))]
        case .idle, .starting, .authenticating:
            state = .closed
            return [.closed(nil)]
        case .closing, .closed:
            return []
        }
    }

    /// The peer broke the rules: it is told so if the protocol allows that, and nothing that it says counts any more.
    ///
    /// - Parameter reason: what the peer is told.
    /// - Returns: what to do before the connection is dropped.
    public mutating func violated(_ reason: CloseReason) -> [Action] {
        defer { state = .closed }
        switch state {
        case .open, .opening: return [.send(.connectionClose(reason))]
        case .idle, .starting, .authenticating, .closing, .closed: return []
        }
    }

    /// Replaces the secret of the login (connection.update-secret, RabbitMQ's extension).
    ///
    /// - Parameters:
    ///   - secret: the new secret.
    ///   - reason: for the broker's log; at most 255 bytes of UTF-8.
    /// - Returns: what to do; nothing when the connection is not open.
    public mutating func updateSecret(_ secret: [UInt8], reason: String) -> [Action] {
        guard isOpen else { return [] }
        secretsUnderWay += 1
        return [.send(.connectionUpdateSecret(newSecret: secret, reason: reason))]
    }

    /// A frame arrived.
    ///
    /// - Parameter frame: the frame.
    /// - Returns: whom it is for.
    /// - Throws: ``WireError`` for a content on channel 0 (505), and what ``received(_:)-(Method)`` and
    ///   ``channelFrameReceived()`` throw.
    public mutating func received(_ frame: Frame) throws(WireError) -> Destination {
        switch frame {
        case .heartbeat: return .nobody
        case .method(0, let method): return .connection(try received(method))
        case .header(0, _), .body(0, _): throw WireError(replyCode: 505, message: "a content on channel 0")
        case .method(let channel, _), .header(let channel, _), .body(let channel, _):
            return try channelFrameReceived() ? .channel(channel) : .nobody
        }
    }

    /// A frame of another channel than 0 arrived.
    ///
    /// - Returns: whether it is to be handled; what arrives while closing is to be ignored.
    /// - Throws: ``WireError`` (503) before the connection is open.
    public mutating func channelFrameReceived() throws(WireError) -> Bool {
        switch state {
        case .open: return true
        case .closing, .closed: return false
        case .idle, .starting, .authenticating, .opening:
            throw WireError(replyCode: 503, message: "a frame of a channel before \(stage)")
        }
    }

    /// A method of channel 0 arrived.
    ///
    /// - Parameter method: the method.
    /// - Returns: what to do, in order.
    /// - Throws: ``WireError`` for a method that the state does not allow (503), another version of AMQP (540), a
    ///   mechanism of login that the broker does not offer (403), or a frame-max below 4,096 (501).
    public mutating func received(_ method: Method) throws(WireError) -> [Action] {
        switch (state, method) {
        case (.closed, _):
            return []
        case (.closing, .connectionCloseOk):
            state = .closed
            return [.closed(nil)]
        case (.closing, .connectionClose):
            // Both sides close at once: each answers, and each answer ends the connection.
            state = .closed
            return [.send(.connectionCloseOk), .closed(nil)]
        case (.closing, _):
            return []
        case (_, .connectionClose(let reason)):
            state = .closed
            return [.send(.connectionCloseOk), .closed(reason)]
        case (.starting, .connectionStart(let start)):
            return try startReceived(start)
        case (.authenticating, .connectionSecure):
            // Neither PLAIN nor EXTERNAL has a second step. The answer is the same again; a broker that meant something
            // else refuses it.
            return [.send(.connectionSecureOk(response: request.response))]
        case (.authenticating, .connectionTune(let offer)):
            return try tuneReceived(offer)
        case (.opening, .connectionOpenOk):
            state = .open
            return [.opened]
        case (.open, .connectionBlocked(let reason)):
            return [.blocked(reason)]
        case (.open, .connectionUnblocked):
            return [.unblocked]
        case (.open, .connectionUpdateSecretOk) where secretsUnderWay > 0:
            secretsUnderWay -= 1
            return [.secretUpdated]
        default:
            throw WireError(replyCode: 503, message: "an unexpected method while waiting for \(stage)")
        }
    }

    private mutating func startReceived(_ start: ConnectionStart) throws(WireError) -> [Action] {
        guard start.versionMajor == 0, start.versionMinor == 9 else {
            throw WireError(
                replyCode: 540, message: "the broker speaks AMQP \(start.versionMajor)-\(start.versionMinor)")
        }
        guard start.mechanisms.split(separator: " ").contains(Substring(request.mechanism)) else {
            throw WireError(
                replyCode: 403, message: "the broker offers \(start.mechanisms), not \(request.mechanism)")
        }
        serverProperties = start.serverProperties
        state = .authenticating
        let answer = ConnectionStartOk(
            clientProperties: request.clientProperties, mechanism: request.mechanism, response: request.response,
            locale: "en_US")
        return [.send(.connectionStartOk(answer))]
    }

    private mutating func tuneReceived(_ offer: Tuning) throws(WireError) -> [Action] {
        // RabbitMQ refuses "no limit" where it gave one, so that zero stands for the other side's number; where both
        // have none this side names one, which is allowed.
        tuning.channelMax = Self.smaller(offer.channelMax, request.tuning.channelMax)
        if tuning.channelMax == 0 { tuning.channelMax = .max }
        tuning.frameMax = Self.smaller(offer.frameMax, request.tuning.frameMax)
        if tuning.frameMax == 0 { tuning.frameMax = 131_072 }
        guard tuning.frameMax >= 4_096 else {
            throw WireError(replyCode: 501, message: "frame-max \(tuning.frameMax) is below 4,096")
        }
        // Of heartbeats zero means none. A client that wants them keeps watch even if the broker does not ask for it,
        // since RabbitMQ sends them at the interval that the client names.
        tuning.heartbeat = request.tuning.heartbeat == 0 ? 0 : Self.smaller(offer.heartbeat, request.tuning.heartbeat)
        state = .opening
        return [
            .send(.connectionTuneOk(tuning)), .tuned(tuning),
            .send(.connectionOpen(virtualHost: request.virtualHost)),
        ]
    }

    private static func smaller<Number: FixedWidthInteger>(_ a: Number, _ b: Number) -> Number {
        a == 0 ? b : b == 0 ? a : min(a, b)
    }
}
