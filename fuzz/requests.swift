import HTTPMessages

/// What a client sends, given to the machine of a server's connection. Nothing traps, and what is promised of the machine
/// holds.
///
/// The first octet is even when the rest is a stream, which gives the same requests and refusals whole, in pieces and byte
/// by byte. It is odd when the rest are records of a control octet, a length and a payload, which are events of all kinds
/// in their order.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let seed = input.first else { return 0 }
    let rest = input.dropFirst()
    if seed & 1 == 1 {
        var owner = Owner(room: seed & 2 == 0 ? .max : 20)
        owner.happen(rest)
        return 0
    }
    var numbers = Numbers(seed: seed)
    let whole = read(rest, pieces: { rest.count })
    let inPieces = read(rest, pieces: { numbers.next(below: 60) + 1 })
    let inBytes = read(rest, pieces: { 1 })
    for other in [inPieces, inBytes] {
        check(other.requests == whole.requests, "\(other.requests), not \(whole.requests)")
        check(other.refusals == whole.refusals, "\(other.refusals), not \(whole.refusals)")
        check(other.answers == whole.answers, "\(other.answers) answers, not \(whole.answers)")
    }
    return 0
}

private func read(_ bytes: ArraySlice<UInt8>, pieces: () -> Int) -> Owner {
    var owner = Owner(room: .max)
    owner.answersAtOnce = true
    var rest = bytes
    while !rest.isEmpty {
        let piece = rest.prefix(pieces())
        rest = rest.dropFirst(piece.count)
        owner.receive(piece)
    }
    check(owner.requests.count + owner.refusals.count == owner.answers, "what is asked is answered")
    return owner
}

/// What owns a machine, without I/O.
private struct Owner {
    struct Request: Hashable {
        var head: RequestHead
        var body: [UInt8]
    }

    private static let limits = RequestLimits(
        maxHeaderBytes: 300, maxHeaderFields: 8, maxBodyBytes: 60,
        bodyLimit: { _, path in path == "/c" ? 7 : 60 },
        times: RequestLimits.Times(
            head: 100, body: 200, handler: 300, write: 400, whole: 1_000, idle: 500, linger: 50))
    private static let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    var answersAtOnce = false
    private(set) var requests: [Request] = []
    private(set) var refusals: [HTTPRefusal] = []
    private(set) var answers = 0
    private var machine = RequestMachine(limits: Self.limits, now: 0)
    private var now: Int64 = 0
    /// How many bytes of bodies may be in memory.
    private let most: Int
    private var output: [UInt8] = []
    private var unread: [UInt8] = []
    private var isAsked = false
    private var isClosed = false

    private var room: Int { most - machine.bufferedBodyBytes }

    init(room: Int) {
        most = room
    }

    /// What was added to the output by an event.
    private mutating func written(by event: (inout Owner) -> Void) -> [UInt8] {
        output.removeAll(keepingCapacity: true)
        event(&self)
        return output
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>) {
        if unread.isEmpty, machine.wantsInput { read(bytes) } else { unread += bytes }
        while machine.wantsInput, !unread.isEmpty {
            let bytes = unread[...]
            unread = []
            read(bytes)
        }
        checkState()
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>) {
        output.removeAll(keepingCapacity: true)
        let action = machine.received(bytes, now: now, bodyRoom: room, output: &output)
        checkLeave(output)
        perform(action)
    }

    private func checkLeave(_ output: [UInt8]) {
        check(output.isEmpty || output.elementsEqual("HTTP/1.1 100 Continue\r\n\r\n".utf8), "\(output)")
    }

    private func checkState() {
        check(machine.bufferedBodyBytes <= Self.limits.maxBodyBytes, "\(machine.bufferedBodyBytes) bytes of a body")
        check(machine.bufferedBodyBytes <= most, "\(machine.bufferedBodyBytes) bytes of a body in \(most)")
        check(machine.pendingStart <= machine.pending.count, "\(machine.pendingStart) of \(machine.pending.count)")
        check(
            !machine.wantsInput || machine.pending.count <= Self.limits.maxHeaderBytes, "\(machine.pending.count) wait")
        check(machine.awaitsAnswer(to: machine.requestNumber) == isAsked, "asked: \(isAsked)")
        check(!isAsked || !machine.wantsInput, "reads while a handler is at work")
        check(machine.deadline >= 0, "a deadline at \(machine.deadline)")
        check(!machine.isIdle || machine.bufferedBodyBytes == 0, "idle with a body")
        if isClosed {
            check(machine.deadline == .max && !machine.wantsInput && machine.pending.isEmpty, "lives after its end")
        }
    }

    private mutating func perform(_ action: RequestAction) {
        if case .wait = action { return }
        check(!isClosed, "\(action) after the end")
        switch action {
        case .wait, .endOutput: break
        case .handle(let head, let body):
            check(!isAsked, "asked twice")
            check(head.headers.count <= Self.limits.maxHeaderFields, "\(head.headers.count) fields")
            check(body.count <= (head.target.path == "/c" ? 7 : 60), "\(body.count) bytes for \(head.target.path)")
            check(
                !head.method.rawValue.isEmpty && head.target.path.utf8.count <= head.target.raw.utf8.count + 1,
                "\(head)")
            _ = head.target.segments
            requests.append(Request(head: head, body: body))
            isAsked = true
            if answersAtOnce { answer(.length(3)) }
        case .refuse(let refusal):
            check(refusal.detail.hasSuffix(".") && 400...599 ~= refusal.status.code, "\(refusal)")
            refusals.append(refusal)
            isAsked = true
            if answersAtOnce { answer(.length(3)) }
        case .cancelHandler: check(isAsked, "nothing to be cancelled")
        case .beat: check(machine.isStreaming, "a beat without a stream")
        case .close:
            isClosed = true
            isAsked = false
        }
    }

    private mutating func answer(_ body: ResponseHead.Body, headers: HTTPHeaders = [:], status: HTTPStatus = .ok) {
        guard isAsked else { return }
        var output: [UInt8] = []
        let hasBody: Bool
        do throws(InvalidResponse) {
            let head = ResponseHead(status: status, headers: headers, body: body)
            hasBody = try machine.answer(head, date: Self.date, now: now, output: &output)
        } catch {
            check(output.isEmpty, "an error left \(output.count) bytes")
            return
        }
        isAsked = false
        answers += 1
        check(output.starts(with: "HTTP/1.1 ".utf8) && output.suffix(4).elementsEqual("\r\n\r\n".utf8), "\(output)")
        check(zip(output, output.dropFirst()).allSatisfy { ($0 == 13) == ($1 == 10) }, "lines of \(output)")
        check(machine.isStreaming == (hasBody && body == .stream), "streams")
        if answersAtOnce { perform(machine.sent(now: now, bodyRoom: room, output: &self.output)) }
    }

    // MARK: - Events

    mutating func happen(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let control = rest.popFirst(), let length = rest.popFirst() {
            let payload = rest.prefix(Int(length))
            rest = rest.dropFirst(payload.count)
            happen(control, payload)
            checkState()
        }
    }

    private mutating func happen(_ control: UInt8, _ payload: ArraySlice<UInt8>) {
        switch control & 15 {
        case 1: answer(.length(payload.count))
        case 2: answer(.stream)
        case 3: answer(control & 16 == 0 ? .stream : .length(3), headers: ["Connection": "close"], status: 503)
        case 4:
            var headers = HTTPHeaders()
            headers.append(name: payload, value: payload)
            answer(
                .length(Int(Int8(truncatingIfNeeded: payload.count))), headers: headers,
                status: HTTPStatus(195 + Int(control) * 2))
        case 5:
            checkLeave(written { $0.perform($0.machine.sent(now: $0.now, bodyRoom: $0.room, output: &$0.output)) })
            receive([])
        case 6:
            let isStreaming = machine.isStreaming
            let output = written { $0.machine.stream(payload, now: $0.now, output: &$0.output) }
            check(isStreaming || output.isEmpty, "a stream without a stream")
        case 7: machine.streamIsDry(heartbeat: control & 16 == 0 ? 30 : nil, now: now)
        case 8:
            let output = written {
                $0.perform($0.machine.streamEnded(failed: control & 16 != 0, now: $0.now, output: &$0.output))
            }
            check(output.isEmpty || output.elementsEqual("0\r\n\r\n".utf8), "\(output)")
        case 9:
            now += payload.first.map { Int64($0) * 8 } ?? 1
            perform(machine.deadlinePassed(now: now))
            check(machine.deadline > now || machine.deadline == .max || isClosed, "the deadline stays in the past")
        case 10: perform(machine.peerHungUp())
        case 11: machine.sentSome(payload.count << 10, now: now)
        case 12: machine.drain()
        case 13: perform(machine.inputEnded())
        case 14 where control & 48 == 48: perform(machine.failed())
        default: receive(payload)
        }
    }
}
