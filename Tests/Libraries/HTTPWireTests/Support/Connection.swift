import HTTPMessages
import HTTPWire

/// The owner of a machine, without a socket: does what the actions say, and keeps what came of it.
///
/// What the client sends while the machine wants nothing waits, as it would in the system.
struct Connection {
    /// A request as the handler gets it.
    struct Request: Hashable {
        var head: RequestHead
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    var machine: RequestMachine
    /// The clock, in nanoseconds.
    var now: Int64
    /// Whether requests are answered at once, by ``respond(to:)``.
    var answersAtOnce = true
    /// How many bytes of bodies the server may still hold.
    var bodyRoom = Int.max
    /// All that was sent to the client.
    private(set) var output: [UInt8] = []
    private(set) var requests: [Request] = []
    private(set) var refusals: [HTTPRefusal] = []
    private(set) var cancellations = 0
    private(set) var beats = 0
    private(set) var hasEndedOutput = false
    private(set) var isClosed = false
    /// What the client has sent and the machine does not want yet.
    private var unread: [UInt8] = []

    init(_ limits: RequestLimits = .tests(), now: Int64 = 0) {
        machine = RequestMachine(limits: limits, now: now)
        self.now = now
    }

    var text: String { String(decoding: output, as: UTF8.self) }

    /// Forgets what was sent so far, and gives it.
    mutating func takeText() -> String {
        defer { output = [] }
        return text
    }

    // MARK: - What the client does

    mutating func receive(_ text: String) {
        receive(Array(text.utf8)[...])
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>) {
        unread += bytes
        readOn()
    }

    /// Sends a text in pieces that end before the given positions.
    mutating func receive(_ text: String, cutAt positions: some Sequence<Int>) {
        let bytes = Array(text.utf8)
        var start = 0
        for position in positions where position > start && position < bytes.count {
            receive(bytes[start..<position])
            start = position
        }
        receive(bytes[start...])
    }

    mutating func receiveByteByByte(_ text: String) {
        receive(text, cutAt: 1..<text.utf8.count)
    }

    mutating func hangUp() {
        perform(machine.peerHungUp())
    }

    mutating func endInput() {
        perform(machine.inputEnded())
    }

    // MARK: - What time does

    /// Goes on by so many nanoseconds. Deadlines that pass meanwhile are told at the end, as by a busy loop.
    mutating func wait(_ nanoseconds: Int64) {
        now += nanoseconds
        perform(machine.deadlinePassed(now: now))
    }

    // MARK: - What the server does

    /// Answers the current request, and tells that everything was sent.
    mutating func answer(status: HTTPStatus = .ok, _ text: String = "", headers: HTTPHeaders = [:]) {
        write(status: status, text, headers: headers)
        sent()
    }

    /// Answers the current request; nothing of it is sent yet.
    mutating func write(status: HTTPStatus = .ok, _ text: String = "", headers: HTTPHeaders = [:]) {
        let head = ResponseHead(status: status, headers: headers, body: .length(text.utf8.count))
        // Anything else than a body that is announced and not sent would be seen by the tests of the output.
        if (try? machine.answer(head, date: Self.date, now: now, output: &output)) == true { output += text.utf8 }
    }

    /// Begins a stream.
    ///
    /// - Returns: Whether it is to be produced.
    mutating func beginStream() throws -> Bool {
        try machine.answer(ResponseHead(status: .ok, body: .stream), date: Self.date, now: now, output: &output)
    }

    mutating func stream(_ text: String) {
        machine.stream(Array(text.utf8)[...], now: now, output: &output)
    }

    mutating func endStream(failed: Bool = false) {
        perform(machine.streamEnded(failed: failed, now: now, output: &output))
    }

    /// The system has taken all bytes.
    mutating func sent() {
        perform(machine.sent(now: now, bodyRoom: bodyRoom, output: &output))
        readOn()
    }

    private mutating func readOn() {
        while machine.wantsInput, !unread.isEmpty {
            let bytes = unread[...]
            unread = []
            perform(machine.received(bytes, now: now, bodyRoom: bodyRoom, output: &output))
        }
    }

    private mutating func perform(_ action: RequestAction) {
        switch action {
        case .wait: break
        case .handle(let head, let body):
            requests.append(Request(head: head, body: body))
            if answersAtOnce { answer("\(head.method) \(head.target.raw) \(String(decoding: body, as: UTF8.self))") }
        case .refuse(let refusal):
            refusals.append(refusal)
            if answersAtOnce { answer(status: refusal.status, refusal.detail) }
        case .cancelHandler: cancellations += 1
        case .beat: beats += 1
        case .endOutput: hasEndedOutput = true
        case .close: isClosed = true
        }
    }
}

extension RequestLimits {
    /// Bounds as the server has them by default, with those changed that a test is about.
    static func tests(
        headerBytes: Int = 8_192, fields: Int = 100, bodyBytes: Int = 1 << 20,
        bodyLimit: (@Sendable (HTTPMethod, String) -> Int)? = nil, times: Times = .tests
    ) -> RequestLimits {
        RequestLimits(
            maxHeaderBytes: headerBytes, maxHeaderFields: fields, maxBodyBytes: bodyBytes, bodyLimit: bodyLimit,
            times: times)
    }
}

extension RequestLimits.Times {
    /// No two are equal, nor is one the sum of others.
    static let tests = RequestLimits.Times(
        head: 1_000, body: 2_100, handler: 4_200, write: 8_400, whole: 50_000, idle: 17_000, linger: 300)
}
