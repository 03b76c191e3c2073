import Bytes

/// The states of a connection on the client's side, from the first byte to the last.
///
/// A value without I/O, owned by one actor. Requests go in, and bytes for the socket come out (``take()``); bytes of the
/// socket go in (``received(_:at:)``), and events come out (``next()``) one by one, so that an owner who has enough leaves
/// the rest where it is.
///
/// ### Pipelining
///
/// Requests may be sent before earlier ones are answered. The machine keeps the state that the server will be in when it
/// has done all of them, and refuses a request that is not allowed then: Neo4j answers such a message by closing the
/// connection. When a request fails, the server ignores what was sent behind it; each of these requests becomes an event
/// with the first reason, in order, and the next one to be sent is ``reset(cancelling:at:)``.
///
/// ### As servers behave
///
/// Neo4j closes the connection when a BEGIN or a LOGOFF reaches it behind a failure, although the documents say that it
/// ignores them; so these wait until all is answered. A RESET overtakes what was sent before it, which is ignored then,
/// but for a BEGIN or LOGOFF, which costs the connection. A RESET that is not answered with success means that the
/// connection is of no use.
public struct ConnectionMachine: Sendable {
    /// What a client wants of its connection.
    public struct Configuration: Sendable {
        /// What HELLO says, and LOGON.
        public var hello: Request.Hello
        /// The highest version that is agreed to.
        public var highestVersion: BoltVersion
        /// The bounds of what is decoded.
        public var limits: DecodingLimits
        /// How long the server may be silent while an answer is awaited, if its own hint is not shorter; nil leaves it to
        /// the hint.
        public var receiveTimeout: Duration?

        /// Makes what a client wants.
        ///
        /// - Parameters:
        ///   - hello: What HELLO says, and LOGON.
        ///   - highestVersion: The highest version that is agreed to.
        ///   - limits: The bounds of what is decoded.
        ///   - receiveTimeout: How long the server may be silent while an answer is awaited.
        public init(
            hello: Request.Hello, highestVersion: BoltVersion = BoltVersion(5, 8),
            limits: DecodingLimits = DecodingLimits(), receiveTimeout: Duration? = nil
        ) {
            self.hello = hello
            self.highestVersion = highestVersion
            self.limits = limits
            self.receiveTimeout = receiveTimeout
        }
    }

    enum Phase: Sendable {
        case idle
        /// The handshake was sent.
        case negotiating
        /// HELLO was sent, and LOGON.
        case greeting
        case open
        /// Nothing more is to be sent, or heard.
        case ended
    }

    /// The state in which the server will be when it has done all that was sent.
    enum Mode: Sendable, Hashable {
        /// Nobody is logged on.
        case authentication
        case ready
        /// The query, in a transaction of its own, has records left.
        case streaming(RequestID)
        case transaction
    }

    let configuration: Configuration
    var phase = Phase.idle
    var mode = Mode.authentication
    /// Whether the server ignores all requests until a RESET.
    public internal(set) var isFailed = false
    var handshake: Handshake
    var encoder: MessageEncoder
    var decoder: MessageDecoder
    var pending = FIFO<Pending>()
    /// How many of the pending requests may fail and leave the connection open.
    var fallibleRequests = 0
    /// Why the server ignores requests before the last RESET.
    var reason: BoltFailure?
    var results: [OpenResult] = []
    /// The query that a demand without a number means.
    var lastQuery: RequestID?
    /// How many records have come of the oldest pending request.
    var recordsReceived = 0
    var lastID = 0
    var lastReset = 0
    private var failure: BoltWireError?
    private var quietSince: ContinuousClock.Instant?
    /// What the server told when the client logged on; nil before.
    public internal(set) var greeting: ServerGreeting?

    /// A connection on which nothing was sent.
    ///
    /// - Parameter configuration: What the client wants.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        handshake = Handshake(highest: configuration.highestVersion)
        // Of no use before the version is negotiated.
        encoder = MessageEncoder(version: configuration.highestVersion)
        decoder = MessageDecoder(version: configuration.highestVersion, limits: configuration.limits)
    }

    /// Whether the client is logged on and may send requests, apart from what ``isFailed`` forbids.
    public var isOpen: Bool { if case .open = phase { true } else { false } }
    /// Whether the connection is of no use any more, and is to be closed when all was sent.
    public var hasEnded: Bool { if case .ended = phase { true } else { false } }
    /// Whether nothing is under way, so that somebody else may use the connection: no answer is awaited, no transaction and
    /// no result is open, and no RESET is needed.
    public var isIdle: Bool { isOpen && mode == .ready && pending.isEmpty && !isFailed }
    /// How many requests are not answered. Neo4j stops reading at 300 messages: an owner who sends more has to read at the
    /// same time.
    public var unansweredRequests: Int { pending.count }
    /// How many bytes wait for ``take()``.
    public var bytesToSend: Int { encoder.bytes.count }

    /// What the connection waits for, as a phrase for errors, such as `the answer to HELLO`.
    public var stage: String {
        switch phase {
        case .idle, .ended: "nothing"
        case .negotiating: "the handshake"
        case .greeting, .open: pending.first.map { "the answer to \($0.kind.name)" } ?? "requests"
        }
    }

    /// When the server is to be given up: it was silent for longer than its hint or the configuration says, while an answer
    /// was awaited. Any byte starts the time again. nil while no answer is awaited, or where nobody set a time.
    public var receiveDeadline: ContinuousClock.Instant? {
        guard let quietSince, !pending.isEmpty, !hasEnded else { return nil }
        let limits = [greeting?.receiveTimeout, configuration.receiveTimeout].compactMap(\.self)
        return limits.min().map { quietSince.advanced(by: $0) }
    }

    /// Begins the handshake: its bytes are to be taken.
    public mutating func start() {
        guard case .idle = phase else { return }
        phase = .negotiating
        encoder.raw(handshake.opening)
    }

    /// Takes the bytes that are to be sent, and leaves none.
    ///
    /// - Returns: The bytes.
    public mutating func take() -> [UInt8] { encoder.take() }

    /// All that was taken is with the operating system. The server's silence counts from here on: it could not answer a
    /// request that it did not have.
    ///
    /// - Parameter now: The time.
    public mutating func written(at now: ContinuousClock.Instant) {
        quietSince = now
    }

    /// Takes bytes of the server.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes, any number; dropped when the connection has ended.
    ///   - now: The time.
    /// - Throws: ``BoltWireError`` of the handshake: see ``Handshake/received(_:)``. The connection is ended then.
    public mutating func received(_ bytes: [UInt8], at now: ContinuousClock.Instant) throws(BoltWireError) {
        quietSince = now
        switch phase {
        case .idle, .ended: return
        case .greeting, .open: return decoder.append(bytes)
        case .negotiating: break
        }
        do throws(BoltWireError) {
            guard let agreement = try handshake.received(bytes) else { return }
            try greet(agreement, at: now)
        } catch {
            failure = error
            phase = .ended
            throw error
        }
    }

    /// Takes the next event.
    ///
    /// - Returns: The event; nil when more bytes are needed, or the connection has ended.
    /// - Throws: ``BoltWireError``, and the same again when called again, for bytes that are not Bolt
    ///   (``BoltWireError/Code/malformed``, ``BoltWireError/Code/tooLarge``) and for messages that the server may not send now
    ///   (``BoltWireError/Code/unexpected``). The connection is ended then.
    public mutating func next() throws(BoltWireError) -> ConnectionEvent? {
        if let failure { throw failure }
        do throws(BoltWireError) {
            while isOpen || phase == .greeting, let response = try decoder.nextResponse() {
                if let event = try event(response) { return event }
            }
            return nil
        } catch {
            failure = error
            phase = .ended
            throw error
        }
    }

    /// The socket is closed, or the server was given up.
    ///
    /// - Returns: The requests without an answer, in their order.
    public mutating func end() -> [UnansweredRequest] {
        phase = .ended
        return pending.drain().map { UnansweredRequest(id: $0.id, name: $0.kind.name, isOutcomeUnknown: $0.mayCommit) }
    }

    /// The version is known: HELLO and LOGON go out together with what the handshake has left to say.
    private mutating func greet(_ agreement: Handshake.Agreement, at now: ContinuousClock.Instant) throws(BoltWireError)
    {
        encoder = MessageEncoder(version: agreement.version)
        decoder = MessageDecoder(version: agreement.version, limits: configuration.limits)
        phase = .greeting
        encoder.raw(agreement.bytes)
        try encoder.request(.hello(configuration.hello))
        _ = add(.hello, at: now)
        if agreement.version.hasLogon {
            try encoder.request(.logon(configuration.hello.authentication))
            _ = add(.logon, at: now)
        }
        decoder.append(handshake.rest())
    }

    /// Enters a request that was written.
    mutating func add(_ kind: Pending.Kind, mayCommit: Bool = false, at now: ContinuousClock.Instant) -> RequestID {
        lastID += 1
        let id = RequestID(number: lastID)
        // The server's silence before it was asked does not count.
        if pending.isEmpty { quietSince = now }
        pending.append(Pending(id: id, kind: kind, mayCommit: mayCommit))
        if kind.mayFail { fallibleRequests += 1 }
        return id
    }
}

extension ConnectionMachine.Phase: Equatable {}
