import HTTPMessages

/// The server's side of one HTTP/1.1 connection (RFC 9112), without the connection: events go in, actions and bytes come
/// out, and the time is a parameter.
///
/// The owner tells what happened (``received(_:now:bodyRoom:output:)``, ``sent(now:bodyRoom:hasUnread:output:)``,
/// ``answer(_:date:now:output:)``, ...), does what the returned ``RequestAction`` says, and sends what was added to
/// `output`, in its order. While ``wantsInput`` is false it does not read: what the client sends meanwhile waits in the
/// system, which is how a client is slowed down.
///
/// ```swift
/// var machine = RequestMachine(limits: limits, now: clock())
/// var output: [UInt8] = []
/// if case .handle(let head, let body) = machine.received(bytes, now: clock(), bodyRoom: .max, output: &output) {
///     try machine.answer(ResponseHead(status: .ok), date: date, now: clock(), output: &output)
/// }
/// ```
///
/// Requests of one connection are handled one after the other. All that a client controls is bounded by
/// ``RequestLimits``; no input makes the machine trap. Times are nanoseconds of a clock that only goes forward.
///
/// A value, owned by one connection.
public struct RequestMachine: Sendable {
    enum Phase: Sendable {
        /// Waits for the first byte of a request.
        case waiting
        /// Reads a head.
        case head(HeadScanner)
        /// Reads a body. Apart from the rest, as it is large: a phase is copied whenever it is looked at.
        indirect case body(BodyReader)
        /// Waits for the handler's answer, or for that of a refusal.
        case handling
        /// Sends an answer, all of which was given.
        case answering
        /// Sends a stream; `isDry` while the producer has written nothing more.
        case streaming(isDry: Bool)
        /// Has ended the output; reads and drops what still comes, of which there may be so many bytes.
        case lingering(Int)
        case ended
    }

    let limits: RequestLimits
    var phase = Phase.waiting
    /// What came and was not used yet: a part of a head, or further requests.
    var pending: [UInt8] = []
    /// Where the part of ``pending`` begins that was not used.
    var pendingStart = 0
    /// What the answer has to heed of the request.
    var request = ResponseWriter.Request()
    /// The request's time as a whole; `.max` between requests.
    var wholeDeadline = Int64.max
    /// Whether the client may still be sending when the answer is out.
    var lingers = false
    var isChunked = false

    /// When ``deadlinePassed(now:)`` has to be called; `.max` for never.
    public internal(set) var deadline: Int64
    /// The number of the current request, or of the last one; 0 before the first.
    public internal(set) var requestNumber: UInt64 = 0
    /// How many bytes of the current request's body the machine holds; none of a body that it has handed over.
    public internal(set) var bufferedBodyBytes = 0
    /// How many bytes of the client the machine holds: of the current request's body, and what came behind it.
    public var bufferedBytes: Int { bufferedBodyBytes + pendingBytes }
    /// Whether the connection ends after its current request.
    public internal(set) var isDraining = false
    /// Whether the client has ended its side, although there may be bytes to be read.
    public internal(set) var hasPeerHungUp = false

    /// A connection that has just been accepted.
    public init(limits: RequestLimits, now: Int64) {
        self.limits = limits
        deadline = now.advanced(byNanoseconds: limits.times.head)
    }

    /// Whether the machine takes bytes.
    public var wantsInput: Bool {
        switch phase {
        case .waiting, .head, .body, .lingering: true
        case .handling, .answering, .streaming, .ended: false
        }
    }

    var pendingBytes: Int { pending.count - pendingStart }

    /// Whether the connection is between two requests, and nothing of the next one has come.
    public var isIdle: Bool {
        if case .waiting = phase { pending.isEmpty } else { false }
    }

    /// Whether the machine waits for pieces of a stream.
    public var isStreaming: Bool {
        if case .streaming = phase { true } else { false }
    }

    /// Whether the machine waits for an answer to the request with this number.
    public func awaitsAnswer(to number: UInt64) -> Bool {
        if case .handling = phase { number == requestNumber } else { false }
    }

    // MARK: - Deadlines

    /// Sets the next deadline, within the request's time as a whole.
    mutating func wait(_ nanoseconds: Int64, now: Int64) {
        deadline = min(now.advanced(byNanoseconds: nanoseconds), wholeDeadline)
    }

    /// The deadline has passed. A call before it has no effect.
    public mutating func deadlinePassed(now: Int64) -> RequestAction {
        guard deadline <= now else { return .wait }
        deadline = .max
        // What is answered now has the time of an answer, also where that of the request as a whole is over.
        wholeDeadline = .max
        switch phase {
        case .waiting where requestNumber > 0: return end()
        case .waiting, .head, .body:
            return refuse(
                HTTPRefusal(.requestTimeout, detail: "The request did not come in time.", head: bodyHead), lingers: true
            )
        case .handling:
            return refuse(HTTPRefusal(.handlerTimeout, detail: "The server could not answer in time."))
        case .streaming(isDry: true): return .beat
        case .answering, .streaming, .lingering: return end()
        case .ended: return .wait
        }
    }

    /// The head of the request whose body is being read.
    private var bodyHead: RequestHead? {
        if case .body(let reader) = phase { reader.head } else { nil }
    }

    // MARK: - Ends

    /// The client has ended its side, behind what is still to be read. An answer that is under way is still sent, in
    /// case only that side is closed; a stream ends.
    public mutating func peerHungUp() -> RequestAction {
        if hasPeerHungUp { return .wait }
        hasPeerHungUp = true
        switch phase {
        case .handling: return .cancelHandler
        case .streaming: return end()
        case .waiting, .head, .body, .answering, .lingering, .ended: return .wait
        }
    }

    /// The last byte of the client has been read.
    public mutating func inputEnded() -> RequestAction {
        hasPeerHungUp = true
        return wantsInput ? end() : .wait
    }

    /// No byte can be sent any more.
    public mutating func failed() -> RequestAction {
        if case .ended = phase { return .wait }
        return end()
    }

    /// The server stops: the connection ends after its current request. The owner reads once more what is there, and
    /// closes a connection that is idle then.
    public mutating func drain() {
        isDraining = true
        request.keepsAlive = false
    }

    /// The connection is not served: its client is answered without having asked.
    ///
    /// - Parameters:
    ///   - refusal: Why.
    ///   - lingers: Whether the client may go on sending for a moment, so that it comes to read the answer.
    public mutating func turnAway(_ refusal: HTTPRefusal, lingers: Bool = true) -> RequestAction {
        request.keepsAlive = false
        return refuse(refusal, lingers: lingers)
    }

    mutating func end() -> RequestAction {
        phase = .ended
        deadline = .max
        pending = []
        pendingStart = 0
        bufferedBodyBytes = 0
        return .close
    }

    /// Has a refusal answered.
    ///
    /// - Parameter lingers: Whether the end of the request is not waited for, so that the answer ends the connection.
    mutating func refuse(_ refusal: HTTPRefusal, lingers: Bool = false) -> RequestAction {
        if requestNumber == 0 { requestNumber = 1 }
        if lingers {
            self.lingers = true
            request.keepsAlive = false
        }
        phase = .handling
        deadline = .max
        bufferedBodyBytes = 0
        return .refuse(refusal)
    }
}

extension Int64 {
    /// The time after so many nanoseconds, or the end of all times.
    func advanced(byNanoseconds nanoseconds: Int64) -> Int64 {
        let (time, overflow) = addingReportingOverflow(nanoseconds)
        return overflow ? .max : time
    }
}
