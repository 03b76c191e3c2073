/// What a server sends, as records of a control octet, a length and a message, given to the machine of a connection; in
/// between, this side does what an application may. Nothing traps, each request gets one answer in its turn, and what is
/// promised of the machine holds.
///
/// The first octet chooses the version, and whether the handshake and the login are over before the input begins.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBoltMachine(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let first = input.first else { return 0 }
    var client = Client(version: BoltVersion.known[Int(first >> 1) % BoltVersion.known.count])
    var rest = input.dropFirst()
    if first & 1 == 1 { client.logOn() } else { client.receive(Array(rest)) }
    while let control = rest.popFirst(), let length = rest.popFirst() {
        let content = rest.prefix(Int(length & 63))
        rest = rest.dropFirst(content.count)
        client.act(control)
        // Frequent answers have a number, so that mutations get behind their octets.
        let message: [UInt8] =
            switch control >> 5 {
            case 0: [0xB1, 0x70, 0xA0]
            case 1:
                [0xB1, 0x70, 0xA2, 0x86] + Array("fields".utf8) + [0x91, 0x81, 120, 0x83] + Array("qid".utf8) + [length]
            case 2: [0xB1, 0x71, 0x91, length & 0x7F]
            case 3: [0xB0, 0x7E]
            case 4: [0xB1, 0x7F, 0xA1, 0x84] + Array("code".utf8) + [0x81, 120]
            case 5: [0xB1, 0x70, 0xA1, 0x88] + Array("has_more".utf8) + [0xC3]
            default: [0xB1, 0x70 | (control & 15)] + content
            }
        client.receive([0, UInt8(message.count)] + message + [0, 0])
    }
    client.finish()
    return 0
}

/// A client without I/O.
private struct Client {
    private let version: BoltVersion
    private var machine: ConnectionMachine
    private var unanswered: [RequestID] = []
    private var queries: [RequestID] = []
    private var sent = 0
    private var timesOpened = 0
    private var isOver = false
    private let now = ContinuousClock.Instant.now

    init(version: BoltVersion) {
        self.version = version
        machine = ConnectionMachine(
            ConnectionMachine.Configuration(
                hello: Request.Hello(
                    client: ClientIdentity(userAgent: "fuzz"), authentication: .basic(user: "u", password: "p")),
                highestVersion: BoltVersion(6, 1), receiveTimeout: .seconds(1)))
        machine.start()
        check(machine.take().count == 20, "the handshake")
    }

    mutating func logOn() {
        receive([0, 0, 1, 0xFF, 1, 0, 0, version.minor, version.major, 0])
        let hints: [UInt8] = [0xA1, 0xD0, 17] + Array("telemetry.enabled".utf8) + [0xC3]
        let hello = [0xB1, 0x70, 0xA1, 0x85] + Array("hints".utf8) + hints
        receive([0, UInt8(hello.count)] + hello + [0, 0])
        if version >= BoltVersion(5, 1) { receive([0, 3, 0xB1, 0x70, 0xA0, 0, 0]) }
        check(machine.isOpen && machine.isIdle, "logged on")
    }

    /// What this side does before the next message.
    mutating func act(_ control: UInt8) {
        let query = queries.isEmpty ? nil : queries[Int(control >> 4) % queries.count]
        let count = control & 32 == 0 ? nil : 1 + Int(control >> 6)
        do throws(BoltWireError) {
            switch control & 15 {
            case 0, 1: try send(run())
            case 2, 3: if let query { try send(machine.pull(of: query, count: count, at: now)) }
            case 4: if let query { try send(machine.discard(of: query, count: count, at: now)) }
            case 5: try send(machine.begin(at: now))
            case 6: try send(machine.commit(at: now))
            case 7: try send(machine.rollback(at: now))
            case 8: try send(machine.reset(cancelling: control & 16 != 0, at: now))
            case 9: try send(machine.route(Request.Route(), at: now))
            case 10: try send(machine.telemetry(.autoCommit, at: now))
            case 11: try send(machine.logoff(at: now))
            case 12: try send(machine.logon(.bearer("t"), at: now))
            case 13 where control >> 4 == 15: machine.goodbye()
            default: break
            }
        } catch {
            check(error.code == .notAllowed || error.code == .notEncodable, "\(error)")
        }
        if !machine.hasEnded { check(machine.unansweredRequests >= unanswered.count, "requests were lost") }
        _ = machine.take()
    }

    private mutating func run() throws(BoltWireError) -> RequestID? {
        let id = try machine.run("q", at: now)
        queries.append(id)
        return id
    }

    private mutating func send(_ id: RequestID?) {
        guard let id else { return }
        check(unanswered.last.map { $0 < id } ?? true, "\(id) after \(unanswered)")
        check(!machine.hasEnded, "a request after the end")
        unanswered.append(id)
    }

    mutating func receive(_ bytes: [UInt8]) {
        do throws(BoltWireError) {
            try machine.received(bytes, at: now)
            while let event = try machine.next() { handle(event) }
        } catch {
            check(machine.hasEnded, "an error, and not the end: \(error)")
            let codes: [BoltWireError.Code] = [.notBolt, .noCommonVersion, .malformed, .tooLarge, .unexpected]
            check(codes.contains(error.code), "\(error)")
        }
        let isWaiting = machine.unansweredRequests > 0 && !machine.hasEnded
        check((machine.receiveDeadline != nil) == isWaiting, "the time of silence")
    }

    private mutating func handle(_ event: ConnectionEvent) {
        switch event {
        case .opened:
            timesOpened += 1
            check(timesOpened == 1 && machine.isOpen, "opened again")
        case .refused: check(timesOpened == 0 && machine.hasEnded, "refused")
        case .record(let values, let id):
            check(unanswered.first == id && values.count <= 15, "a record of \(id) before \(unanswered)")
        case .succeeded(let id, _), .failed(let id, _), .ignored(let id, _):
            check(unanswered.first == id, "an answer to \(id) before \(unanswered)")
            unanswered.removeFirst()
        }
        if machine.isIdle { check(unanswered.isEmpty, "idle before \(unanswered)") }
    }

    mutating func finish() {
        let opened = timesOpened > 0
        let rest = machine.end().map(\.id)
        check(!opened || rest == unanswered, "\(rest), not \(unanswered)")
        check(machine.end().isEmpty && machine.hasEnded, "ended again")
    }
}
