import HTTPMessages
import TestSupport
import Testing

@testable import HTTPWire

/// Sequences of events that no one has thought of.
@Suite(.timeLimit(.minutes(5)))
struct RandomEventsTests {
    private static let limits = RequestLimits.tests(headerBytes: 300, fields: 6, bodyBytes: 40)

    @Test("no sequence of events traps, breaks a bound or writes what is no answer", arguments: 0..<40 as Range<UInt64>)
    func anyEvents(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var answers = 0
        for _ in 0..<50 {
            var owner = RandomOwner(Self.limits)
            for _ in 0..<Int.random(in: 1...80, using: &generator) { owner.act(using: &generator) }
            answers += owner.answers
        }
        #expect(answers > 25, "the sequences get somewhere")
    }

    @Test("the same bytes are the same requests and refusals, however they are cut", arguments: 0..<40 as Range<UInt64>)
    func anyCuts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<40 {
            let text = (0..<Int.random(in: 1...5, using: &generator)).flatMap { _ in
                RandomRequest.bytes(using: &generator)
            }
            var whole = Connection(Self.limits)
            whole.receive(text[...])
            for most in [1, 3, 20, 100] {
                var inPieces = Connection(Self.limits)
                var rest = text[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(Int.random(in: 1...most, using: &generator))
                    rest = rest.dropFirst(piece.count)
                    inPieces.receive(piece)
                    #expect(inPieces.machine.bufferedBodyBytes <= Self.limits.maxBodyBytes)
                }
                try #require(inPieces.requests == whole.requests)
                try #require(inPieces.refusals == whole.refusals)
            }
        }
    }
}

/// Does whatever an owner may do, in any order.
private struct RandomOwner {
    private let limits: RequestLimits
    private var machine: RequestMachine
    private var now: Int64 = 0
    private var output: [UInt8] = []
    /// Whether a handler is at work, or a refusal is to be answered.
    private var isAsked = false
    /// The rest of a request of which a part was sent.
    private var unsent: ArraySlice<UInt8> = []
    private(set) var isClosed = false
    /// How many answers were begun.
    private(set) var answers = 0

    init(_ limits: RequestLimits) {
        self.limits = limits
        machine = RequestMachine(limits: limits, now: 0)
    }

    mutating func act(using generator: inout SeededGenerator) {
        let asked = machine.requestNumber
        switch Int.random(in: 0..<22, using: &generator) {
        case 0..<10 where machine.wantsInput: receive(using: &generator)
        case 0..<14 where isAsked: answer(using: &generator)
        case 10: machine.sentSome(Int.random(in: 0...100_000, using: &generator), now: now)
        case 0..<6, 11, 12: leaving { $0.perform($0.machine.sent(now: $0.now, bodyRoom: 100, output: &$0.output)) }
        case 13, 14: stream(using: &generator)
        case 15: machine.streamIsDry(heartbeat: Bool.random(using: &generator) ? 50 : nil, now: now)
        case 16:
            let (before, failed) = (output.count, Int.random(in: 0..<4, using: &generator) == 0)
            perform(machine.streamEnded(failed: failed, now: now, output: &output))
            #expect(["", "0\r\n\r\n"].contains(added(since: before)))
        case 17, 18:
            now += Int64.random(in: 0...(Int.random(in: 0..<4, using: &generator) == 0 ? 9_000 : 90), using: &generator)
            perform(machine.deadlinePassed(now: now))
        case 19 where Int.random(in: 0..<20, using: &generator) == 0: perform(machine.peerHungUp())
        case 20 where Int.random(in: 0..<20, using: &generator) == 0: machine.drain()
        case 21 where Int.random(in: 0..<20, using: &generator) == 0:
            perform(Bool.random(using: &generator) ? machine.inputEnded() : machine.failed())
        default: break
        }
        #expect(machine.requestNumber >= asked)
        #expect(machine.bufferedBodyBytes <= limits.maxBodyBytes)
        #expect(machine.deadline >= 0)
        #expect(machine.awaitsAnswer(to: machine.requestNumber) == isAsked)
        #expect(!machine.wantsInput || !isAsked && !machine.isStreaming)
        #expect(!machine.isIdle || machine.wantsInput && machine.bufferedBodyBytes == 0)
        #expect(!isClosed || !machine.wantsInput && machine.deadline == .max && machine.bufferedBodyBytes == 0)
    }

    private func added(since before: Int) -> String { String(decoding: output[before...], as: UTF8.self) }

    /// Does something that writes nothing but leave to send a body.
    private mutating func leaving(_ event: (inout RandomOwner) -> Void) {
        let before = output.count
        event(&self)
        #expect(["", "HTTP/1.1 100 Continue\r\n\r\n"].contains(added(since: before)))
    }

    private mutating func receive(using generator: inout SeededGenerator) {
        if unsent.isEmpty { unsent = RandomRequest.bytes(using: &generator)[...] }
        let count = Bool.random(using: &generator) ? unsent.count : Int.random(in: 1...unsent.count, using: &generator)
        let bytes = unsent.prefix(count)
        unsent = unsent.dropFirst(count)
        let room = [Int.max, .max, .max, 0, 10].randomElement(using: &generator) ?? 0
        let held = machine.pending.count
        leaving { $0.perform($0.machine.received(bytes, now: $0.now, bodyRoom: room, output: &$0.output)) }
        // What waits is what is not used; of a request that is not whole, no more than a head.
        #expect(machine.pending.count - machine.pendingStart <= held + bytes.count)
        #expect(!machine.wantsInput || machine.pending.count <= limits.maxHeaderBytes)
    }

    private mutating func stream(using generator: inout SeededGenerator) {
        let before = output.count
        let piece = String(repeating: "s", count: Int.random(in: 0...20, using: &generator))
        let isStreaming = machine.isStreaming
        machine.stream(Array(piece.utf8)[...], now: now, output: &output)
        let chunk = piece.isEmpty ? "" : String(piece.utf8.count, radix: 16) + "\r\n" + piece + "\r\n"
        #expect((isStreaming ? [piece, chunk] : [""]).contains(added(since: before)))
    }

    private mutating func answer(using generator: inout SeededGenerator) {
        let length = Int.random(in: -1...5, using: &generator)
        let body: ResponseHead.Body = Bool.random(using: &generator) ? .stream : .length(length)
        let head = ResponseHead(
            status: HTTPStatus(Int.random(in: 198...601, using: &generator)),
            headers: [[:], ["X": "1"], ["Connection": "close"], ["X": "\n"]].randomElement(using: &generator) ?? [:],
            body: body)
        let before = output.count
        do throws(InvalidResponse) {
            let hasBody = try machine.answer(head, date: Connection.date, now: now, output: &output)
            let text = added(since: before)
            #expect(text.wholeMatch(of: /HTTP\/1\.1 [2-5]\d\d [A-Za-z \-]+\r\n([A-Za-z\-]+: [ -~]+\r\n)+\r\n/) != nil)
            #expect(text.contains("Date: "))
            let lengths = text.matches(of: /Content-Length: (\d+)\r\n/).compactMap { Int($0.1) }
            let isChunked = text.contains("Transfer-Encoding: chunked\r\n")
            switch body {
            case .length: #expect((lengths == [length] || lengths == [] && !hasBody) && !isChunked)
            case .stream: #expect(lengths == [] && (isChunked || text.contains("Connection: close") || !hasBody))
            }
            #expect(machine.isStreaming == (hasBody && body == .stream))
            isAsked = false
            answers += 1
        } catch {
            #expect(output.count == before)
        }
    }

    private mutating func perform(_ action: RequestAction) {
        if case .wait = action { return }
        #expect(!isClosed)
        switch action {
        case .wait, .endOutput: break
        case .cancelHandler: #expect(isAsked)
        case .beat: #expect(machine.isStreaming)
        case .handle(let head, let body):
            #expect(!isAsked)
            #expect(body.count <= limits.maxBodyBytes)
            #expect(body.isEmpty || head.framing != .none)
            #expect(head.headers.count <= limits.maxHeaderFields)
            isAsked = true
        case .refuse: isAsked = true
        case .close:
            isClosed = true
            isAsked = false
        }
    }
}

/// Requests of all kinds, some of them damaged. Of each list, the first two are sound and taken most often.
private enum RandomRequest {
    private static let methods = ["GET", "POST", "HEAD", "PUT", "x", "G(T", ""]
    private static let targets = [
        "/", "/a?b=c", "/%41", "http://a/b", "*", "/%", "/" + String(repeating: "x", count: 290),
    ]
    private static let versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1"]
    private static let fields = [
        "X: 1", "Y: \u{e9}", "Host: a", "Connection: close", "Connection: keep-alive", "Expect: 100-continue", "X : 1",
        " folded", "Content-Length: 5", "Content-Length: 50", "Transfer-Encoding: chunked",
    ]
    private static let bodies = ["", "", "hello", "x\r\n", "0\r\n\r\n"]
    private static let chunks = [
        "5\r\nhello\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: 1\r\n\r\n", "0\r\n\r\n", "x\r\n",
        "50\r\n" + String(repeating: "y", count: 80) + "\r\n0\r\n\r\n",
    ]
    private static let damage: [UInt8] = [13, 10, 0, 32, 58]

    static func bytes(using generator: inout SeededGenerator) -> [UInt8] {
        func choose(_ texts: [String]) -> String {
            let isAny = Int.random(in: 0..<10, using: &generator) == 0
            return texts[Int.random(in: 0..<(isAny ? texts.count : 2), using: &generator)]
        }
        var text = "\(choose(methods)) \(choose(targets)) \(choose(versions))\r\nHost: a\r\n"
        for _ in 0..<Int.random(in: 0...3, using: &generator) { text += choose(fields) + "\r\n" }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: text += "Content-Length: 5\r\n\r\nhello"
        case 1: text += "Transfer-Encoding: chunked\r\n\r\n" + choose(chunks)
        default: text += "\r\n" + choose(bodies)
        }
        var bytes = Array(text.utf8)
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<30, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(damage[Int.random(in: damage.indices, using: &generator)], at: place)
        default: break
        }
        return bytes
    }
}
