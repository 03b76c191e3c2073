//! Answers requests of HTTP/1.1 without a socket: what is read and sent are bytes, and the time is a number.

import HTTPMessages
import HTTPWire

let second: Int64 = 1_000_000_000
let limits = RequestLimits(
    maxHeaderBytes: 8_192, maxHeaderFields: 100, maxBodyBytes: 1 << 20,
    times: RequestLimits.Times(
        head: 10 * second, body: 30 * second, handler: 30 * second, write: 30 * second, whole: 120 * second,
        idle: 60 * second))

/// A connection whose client is given as texts, and whose output is printed.
struct Connection {
    private var machine = RequestMachine(limits: limits, now: 0)
    private var date = HTTPDate()
    private var output: [UInt8] = []
    private var isClosed = false

    /// When ``waited(until:)`` has to be called.
    var deadline: Int64 { machine.deadline }

    mutating func received(_ text: String, at now: Int64) throws(InvalidResponse) {
        let bytes = Array(text.utf8)
        try perform(machine.received(bytes[...], now: now, bodyRoom: .max, output: &output), at: now)
    }

    mutating func waited(until now: Int64) throws(InvalidResponse) {
        try perform(machine.deadlinePassed(now: now), at: now)
    }

    private mutating func perform(_ first: RequestAction, at now: Int64) throws(InvalidResponse) {
        var action = first
        while !isClosed {
            switch action {
            case .handle(let head, _) where head.target.path == "/stream":
                try stream(at: now)
            case .handle(let head, let body):
                let name = head.target.query["name"] ?? "nobody"
                try answer(.ok, "Hello, \(name), with \(body.count) bytes.\n", at: now)
            case .refuse(let refusal): try answer(refusal.status, refusal.detail + "\n", at: now)
            case .close: isClosed = true
            // A server would cancel its handler, write something into its stream, or end its output here.
            case .wait, .cancelHandler, .beat, .endOutput: return
            }
            print(String(decoding: output, as: UTF8.self))
            output = []
            action = machine.sent(now: now, bodyRoom: .max, output: &output)
        }
        print("closed")
    }

    private mutating func answer(_ status: HTTPStatus, _ text: String, at now: Int64) throws(InvalidResponse) {
        let head = ResponseHead(
            status: status, headers: ["Content-Type": "text/plain"], body: .length(text.utf8.count))
        // No body is sent to HEAD, for example.
        if try machine.answer(head, date: date.text(at: now / second), now: now, output: &output) {
            output += text.utf8
        }
    }

    private mutating func stream(at now: Int64) throws(InvalidResponse) {
        let head = ResponseHead(status: .ok, body: .stream)
        guard try machine.answer(head, date: date.text(at: now / second), now: now, output: &output) else { return }
        for piece in ["one\n", "two\n"] { machine.stream(Array(piece.utf8)[...], now: now, output: &output) }
        _ = machine.streamEnded(failed: false, now: now, output: &output)
    }
}

do throws(InvalidResponse) {
    var connection = Connection()
    try connection.received("POST /?name=ant HTTP/1.1\r\nHost: exam", at: second)
    try connection.received(
        "ple\r\nContent-Length: 3\r\n\r\nabcGET /stream HTTP/1.1\r\nHost: example\r\n\r\n", at: second)
    // A request that does not come to its end is refused, and so is one that could be read in two ways.
    try connection.received("GET /", at: 2 * second)
    try connection.waited(until: connection.deadline)
    var other = Connection()
    try other.received("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 0\r\n\r\nhello", at: 0)
} catch {
    print("an answer that HTTP cannot carry")
}
