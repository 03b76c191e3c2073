import EventLoops
import Glibc
import HTTPMessages
import HTTPWire
import Synchronization

/// One socket, the machine that knows what its bytes mean, and the handler or the stream of its current request.
///
/// The machine decides; this type reads, sends and starts what it says. Runs on the loop of its ``ConnectionTable``.
final class Connection {
    let key: ConnectionTable.Key
    let descriptor: Int32
    let address: HTTPAddress
    let wasTurnedAway: Bool
    /// Owns this connection until it has closed, which is what ends the cycle. An unowned reference would be counted at
    /// each use.
    let table: ConnectionTable
    var machine: RequestMachine
    var tls: TLSSession?
    var watch: ReadinessWatch?

    /// What the system has told and was not used yet.
    var isReadable = false
    /// Whether the peer has ended its side: reading goes on to the end then, however few bytes a read returns.
    var hasEnd = false
    var unsent = UnsentBytes()
    private var countedBodyBytes = 0
    private var countedAnswerBytes = 0

    /// The method of the current request.
    var method = HTTPMethod.get
    /// Nil before the first request.
    var note: HandlerNote?
    var task: Task<Void, Never>?
    var stream: OutgoingStream?
    private var isProceeding = false

    /// How many steps a connection may go on at once, so that a client which always has more does not keep the others
    /// waiting.
    private static let stepsPerTurn = 64

    init(_ accepted: AcceptedSocket, slot: Int, table: ConnectionTable) {
        key = ConnectionTable.Key(slot: slot, id: accepted.id)
        descriptor = accepted.descriptor
        address = accepted.address
        wasTurnedAway = accepted.refusal != nil
        self.table = table
        machine = RequestMachine(limits: table.shared.limits, now: table.now)
        tls = wasTurnedAway ? nil : table.shared.tls.withLock { $0.map { TLSSession($0) } }
    }

    var deadline: Int64 { machine.deadline }

    /// The socket is watched from now on, unless the system has no room for it.
    ///
    /// - Parameter lingers: Whether a client that is turned away may go on sending for a moment, so that it comes to read
    ///   why.
    func begin(_ watch: ReadinessWatch?, turnedAwayWith refusal: HTTPRefusal?, lingers: Bool) {
        self.watch = watch
        if let refusal {
            // With TLS the answer would be known to nobody before a handshake.
            let answers = watch != nil && table.shared.configuration.tls == nil
            proceed(answers ? machine.turnAway(refusal, lingers: lingers) : machine.failed())
        } else if watch == nil {
            proceed(machine.failed())
        } else {
            table.arm(deadline)
        }
    }

    // MARK: - Events

    func changed(_ changes: ReadinessWatch.Changes) {
        var action = RequestAction.wait
        if !changes.isDisjoint(with: [.readable, .peerEnded, .hungUp, .failed]) { isReadable = true }
        if !changes.isDisjoint(with: [.peerEnded, .hungUp, .failed]) {
            hasEnd = true
            let isOver = !changes.isDisjoint(with: [.hungUp, .failed])
            // What has come is read first where somebody wants it; the end is behind it.
            action = isOver && !machine.wantsInput ? machine.failed() : machine.peerHungUp()
        }
        if changes.contains(.writable) { unsent.isBlocked = false }
        proceed(action)
    }

    func answered(_ request: UInt64, _ response: HTTPResponse) {
        guard machine.awaitsAnswer(to: request) else { return }
        proceed(give(response, isHandlers: true))
    }

    func streamReady(_ request: UInt64) {
        if request == machine.requestNumber, machine.isStreaming { proceed(.wait) }
    }

    func deadlinePassed() {
        proceed(machine.deadlinePassed(now: table.now))
    }

    /// The server stops: the connection ends after its current request.
    func drain() {
        machine.drain()
        // What came just now is still served.
        isReadable = true
        if stream?.endsAtStop == true { failStream(.serverStopping) }
        proceed(.wait)
    }

    /// The server does not wait any longer.
    func cut() {
        endStream(.serverStopping)
        proceed(machine.failed())
    }

    // MARK: - Going on

    /// Does what the machine says until it waits for something that has not come.
    func proceed(_ first: RequestAction) {
        // A handler that is just being started may have stopped the server.
        if isProceeding { return }
        isProceeding = true
        defer { isProceeding = false }
        var action = first
        var steps = 0
        while true {
            switch action {
            case .wait:
                steps += 1
                if steps > Self.stepsPerTurn {
                    settle()
                    table.proceedLater(key)
                    return
                }
                guard let next = step() else {
                    settle()
                    return
                }
                action = next
            case .handle(let head, let body): action = start(head, body)
            case .refuse(let refusal): action = refuse(refusal)
            case .cancelHandler:
                task?.cancel()
                action = .wait
            case .beat: action = beat()
            case .endOutput: action = endOutput()
            case .close:
                close()
                return
            }
        }
    }

    /// What can be done without a further event; nil when there is nothing.
    private func step() -> RequestAction? {
        if !unsent.isEmpty { return unsent.isBlocked ? nil : sendUnsent() }
        if let stream, machine.isStreaming { return pump(stream) }
        if machine.wantsInput, isReadable { return receive() }
        if machine.isIdle, machine.isDraining { return machine.failed() }
        return nil
    }

    /// Brings the counts and the timer in line with the machine.
    private func settle() {
        countBody()
        countAnswer()
        if deadline != .max { table.arm(deadline) }
    }

    func countBody() {
        let held = machine.bufferedBytes
        if held == countedBodyBytes { return }
        table.shared.counts.bufferedBodyBytes.add(held - countedBodyBytes)
        countedBodyBytes = held
    }

    /// - Parameter isClosed: Whether nothing waits any more.
    private func countAnswer(isClosed: Bool = false) {
        // Behind bytes that the client does not take, a stream's buffer fills.
        let held = isClosed || unsent.isEmpty ? 0 : unsent.count + (stream?.bufferSize ?? 0)
        if held == countedAnswerBytes { return }
        table.shared.counts.bufferedAnswerBytes.add(held - countedAnswerBytes)
        countedAnswerBytes = held
    }

    private func close() {
        endStream(.clientGone)
        task?.cancel()
        task = nil
        countBody()
        countAnswer(isClosed: true)
        if let tls, unsent.isEmpty {
            // The peer is told, as far as the system takes it at once.
            tls.close()
            table.clearOutput()
            tls.takeOutput(into: &table.output)
            _ = Socket.send(table.output, [], to: descriptor)
        }
        watch?.cancel()
        Glibc.close(descriptor)
        table.remove(self)
    }
}
