import CMicrohttpd
import EventLoops
import Glibc

/// A running server: its sockets, connections and deadlines.
///
/// It lives in the actor `HTTPServer`, and all of it runs on that actor's event loop: what is called from C is called
/// from within `turn`, and what the loop watches comes in through `EngineAccess`.
final class Engine {
    let configuration: HTTPServerConfiguration
    let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    let engineAccess: EngineAccess
    let inbox: Inbox
    let limits: Limits

    var statistics = HTTPServerStatistics()
    /// The monotonic clock in nanoseconds, read once a turn, and whenever something else begins a deadline.
    private(set) var now = Engine.clock()
    private(set) var connections: [UInt64: Connection] = [:]
    var connectionsOfAddress: [String: Int] = [:]
    var lastConnectionID: UInt64 = 0
    /// The last one gets new connections; those before it had a certificate that has been replaced.
    private var daemons: [Daemon] = []
    var listener: Listener?
    private var hangups: HangupWatch?
    var lingering = LingeringSockets()
    var stopping: Stopping?
    /// Connections whose ends are to be found after the turn.
    private var halfClosed: [UInt64] = []

    private var timer: EventLoopTimer?
    private var timerFiresAt = UInt64.max
    private var isTurnScheduled = false

    init(
        configuration: HTTPServerConfiguration, handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
        engineAccess: EngineAccess
    ) {
        self.configuration = configuration
        self.handler = handler
        self.engineAccess = engineAccess
        limits = Limits(configuration)
        inbox = Inbox { engineAccess.schedule { $0.turn() } }
    }

    /// Listens, and returns where.
    func start() throws(HTTPServerError) -> HTTPAddress {
        // A peer that closes while it is written to must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let hangups = try HangupWatch(engineAccess: engineAccess)
        do throws(HTTPServerError) {
            let daemon = try Daemon(engine: self, tls: configuration.tls)
            daemons = [daemon]
            let listener = try Listener(configuration: configuration, engineAccess: engineAccess)
            self.hangups = hangups
            self.listener = listener
            return listener.address
        } catch {
            hangups.cancel()
            for daemon in daemons { daemon.stop() }
            daemons = []
            throw error
        }
    }

    private static func clock() -> UInt64 {
        UInt64(MonotonicClock.nanoseconds())
    }

    /// The last turn may be long ago.
    func readClock() {
        now = Engine.clock()
    }

    // MARK: Turns

    /// Gives answers that are ready to the library and lets it work until it has nothing left to do.
    func turn() {
        readClock()
        // A bound, so that connections that always have more do not keep the timer and the listener out.
        for _ in 0..<16 {
            deliver(inbox.takeAll())
            var hasMore = false
            for daemon in daemons where daemon.run() { hasMore = true }
            if !hasMore {
                findEnds()
                afterTurn()
                return
            }
        }
        afterTurn()
        scheduleTurn()
    }

    /// Has the library look at connections that were resumed or shut down outside of `turn`.
    func scheduleTurn() {
        if isTurnScheduled { return }
        isTurnScheduled = true
        engineAccess.schedule { engine in
            engine.isTurnScheduled = false
            engine.turn()
        }
    }

    private func deliver(_ messages: [Inbox.Message]) {
        for message in messages {
            switch message {
            case .answered(let id, let epoch, let response):
                statistics.runningHandlers -= 1
                connections[id]?.handlerAnswered(response, epoch: epoch)
            case .streamReady(let id, let epoch):
                connections[id]?.streamReady(epoch: epoch)
            }
        }
    }

    private func afterTurn() {
        if daemons.count > 1 {
            for daemon in daemons.dropLast() where daemon.openConnections == 0 { daemon.stop() }
            daemons = daemons.dropLast().filter { $0.openConnections > 0 } + daemons.suffix(1)
        }
        finishStoppingIfEmpty()
    }

    // MARK: Connections

    func add(_ connection: Connection) {
        connections[connection.id] = connection
        statistics.openConnections += 1
        hangups?.add(connection)
    }

    func remove(_ connection: Connection) {
        connections[connection.id] = nil
        statistics.openConnections -= 1
        hangups?.remove(connection)
        forget(addressOf: connection.address)
        listener?.resumeIfPaused()
    }

    /// Hands an accepted socket to the library, which closes it from now on, whatever happens.
    func serve(_ descriptor: Int32, from peer: SocketAddress, address: HTTPAddress) {
        lastConnectionID += 1
        daemons.last?.add(
            Daemon.Incoming(id: lastConnectionID, descriptor: descriptor, address: address), from: peer)
    }

    /// Starts a second daemon with another certificate; connections of the first come to their end.
    func replaceDaemon(tls: HTTPServerTLS) throws(HTTPServerError) {
        guard stopping == nil else { throw .notStartable }
        let daemon = try Daemon(engine: self, tls: tls)
        daemons.last?.isDraining = true
        daemons.append(daemon)
        for connection in connections.values { connection.drain() }
        scheduleTurn()
    }

    func peersHungUp(_ ids: [UInt64]) {
        for id in ids { connections[id]?.peerHungUp() }
        if !halfClosed.isEmpty { turn() }
    }

    /// Has the library find the end of a connection whose client has closed its side, once it has read what came before.
    /// After a read that did not fill its buffer the library waits to be woken, and misses an end that was there by then.
    func findEnd(of connection: Connection) {
        halfClosed.append(connection.id)
    }

    private func findEnds() {
        for id in halfClosed { connections[id]?.findEnd() }
        halfClosed.removeAll(keepingCapacity: true)
    }

    // MARK: Deadlines

    /// Sees to it that `sweep` runs soon after `deadline`.
    func arm(_ deadline: UInt64) {
        if deadline >= timerFiresAt { return }
        timerFiresAt = max(deadline, now + Limits.clockGrain)
        cancelTimer()
        timer = engineAccess.schedule(after: timerFiresAt - now) { $0.sweep() }
    }

    private func cancelTimer() {
        if let timer { engineAccess.loop.cancel(timer) }
        timer = nil
    }

    /// Looks at every deadline. Between sweeps a deadline is only a number, which each request moves several times.
    private func sweep() {
        readClock()
        timerFiresAt = .max
        var next = UInt64.max
        for connection in Array(connections.values) {
            if connection.deadline <= now { connection.deadlinePassed() }
            next = min(next, connection.deadline)
        }
        next = min(next, lingering.sweep(now: now))
        if let listener { next = min(next, listener.sweep(now: now)) }
        next = min(next, sweepStopping())
        arm(next)
        turn()
    }

    // MARK: Stopping

    /// Closes what is left once no connection is.
    func close() {
        cancelTimer()
        hangups?.cancel()
        lingering.closeAll()
        for daemon in daemons { daemon.stop() }
        daemons = []
    }

    func drainAll() {
        for daemon in daemons { daemon.isDraining = true }
        for connection in connections.values { connection.drain() }
    }
}

/// The configuration's bounds in the units they are compared in.
struct Limits {
    /// How late a deadline may be noticed: what it spares is a timer moved with every request.
    static let clockGrain: UInt64 = 50_000_000
    /// How much of a body that is refused is read and thrown away, so that its sender comes to read the answer.
    static let swallowedBytes = 1 << 20
    /// How long a refused client may take to read its answer before it is cut off.
    static let lingerTime: UInt64 = 2_000_000_000

    let head: UInt64
    let body: UInt64
    let handler: UInt64
    let write: UInt64
    let idle: UInt64

    init(_ configuration: HTTPServerConfiguration) {
        head = configuration.timeouts.head.nanoseconds
        body = configuration.timeouts.body.nanoseconds
        handler = configuration.timeouts.handler.nanoseconds
        write = configuration.timeouts.write.nanoseconds
        idle = configuration.timeouts.idle.nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds, at least 0.
    var nanoseconds: UInt64 { UInt64(max(0, wholeNanoseconds)) }
}
