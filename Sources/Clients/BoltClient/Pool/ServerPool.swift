import BoltWire
import Connections
import EventLoops
import Network

/// The connections to one server.
///
/// An actor on the loop of its driver and of its connections.
actor ServerPool: EventLoopActor {
    struct Lease: Sendable {
        let id: PoolMemberID
        let connection: BoltConnection
    }

    nonisolated let executor: EventLoop
    nonisolated let endpoint: ByteStream.Endpoint
    nonisolated let server: String
    private let configuration: BoltConfiguration
    private var pool: Pool<BoltConnection, BoltError>
    private var callers: [PoolWaiterID: Once<Result<Lease, BoltError>, Never>] = [:]
    private var generator = SystemRandomNumberGenerator()
    private var timer: (name: EventLoopTimer, deadline: ContinuousClock.Instant)?
    /// The server refuses the login: nobody tries again before this time, as Neo4j locks out who tries too often.
    private var refusal: (error: BoltError, until: ContinuousClock.Instant)?
    /// Connections that were made before the logins became useless.
    private var outdated: Set<PoolMemberID> = []
    private var members: Set<PoolMemberID> = []
    private var lent = 0
    private nonisolated let ended = Latch<Void>()

    /// Neo4j's `dbms.security.auth_lock_time` is 5 s: three wrong logins within it, and the right one is refused, too.
    private static let refusalPause: Duration = .seconds(5)

    init(_ endpoint: ByteStream.Endpoint, _ configuration: BoltConfiguration, executor: EventLoop) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.executor = executor
        server = ServerAddress.Host(endpoint).description
        pool = Pool(configuration.pool)
    }

    /// How many callers the server has, for choosing between servers.
    var load: Int { lent + pool.waiterCount }
    /// Whether the server has connections: a caller who gets none in time has too many others beside him, then.
    var isServing: Bool { !members.isEmpty }

    // MARK: Lending

    /// Lends a connection on which nothing is under way.
    func acquire(until deadline: ContinuousClock.Instant) async throws(BoltError) -> Lease {
        while true {
            if let refusal, ContinuousClock.now < refusal.until { throw refusal.error }
            let lease = try await next(until: deadline)
            if Task.isCancelled {
                release(lease, isReusable: true)
                throw .cancelled
            }
            if !outdated.contains(lease.id) { return lease }
            release(lease, isReusable: false)
        }
    }

    private func next(until deadline: ContinuousClock.Instant) async throws(BoltError) -> Lease {
        let (waiter, actions) = pool.acquire(until: deadline, now: .now)
        // Mostly a connection is idle, and nobody waits.
        if actions.count == 1, case .lease(waiter, let id, let member)? = actions.first {
            lent += 1
            return Lease(id: id, connection: member)
        }
        let once = Once<Result<Lease, BoltError>, Never>()
        callers[waiter] = once
        perform(actions)
        return try await once.value { self.enterLater { $0.perform($0.pool.cancel(waiter)) } }.get()
    }

    /// Takes a connection back, and makes it fit for the next caller.
    func giveBack(_ lease: Lease) async {
        release(lease, isReusable: isIdle(lease) ? true : await lease.connection.check())
    }

    private func isIdle(_ lease: Lease) -> Bool { lease.connection.assumeIsolated { $0.isIdle } }

    private func release(_ lease: Lease, isReusable: Bool) {
        lent -= 1
        perform(pool.release(lease.id, isReusable: isReusable && !outdated.contains(lease.id), now: .now))
    }

    /// The logins of all connections have become useless: each is closed rather than lent again.
    func retire() {
        outdated = members
    }

    /// Closes all connections, and returns when they are closed or on their way.
    func close() async {
        perform(pool.close())
        _ = await ended.wait()
    }

    // MARK: What the pool wants

    private func perform(_ actions: [PoolAction<BoltConnection, BoltError>]) {
        for action in actions {
            switch action {
            case .connect(let id): Task { await connect(id) }
            case .check(let id, let member): Task { await check(id, member) }
            case .lease(let waiter, let id, let member):
                lent += 1
                answer(waiter, .success(Lease(id: id, connection: member)))
            case .fail(let waiter, let error): answer(waiter, .failure(BoltError(error, to: server)))
            case .close(let member): member.assumeIsolated { $0.close() }
            case .ended: ended.set(())
            }
        }
        schedule()
    }

    private func answer(_ waiter: PoolWaiterID, _ result: Result<Lease, BoltError>) {
        callers.removeValue(forKey: waiter)?.resume(returning: result)
    }

    private func connect(_ id: PoolMemberID) async {
        do throws(BoltError) {
            let connection = try await BoltConnection.connect(configuration, to: endpoint, executor: executor)
            refusal = nil
            members.insert(id)
            await connection.onEnd { self.enterLater { $0.lost(id) } }
            perform(pool.connected(id, connection, now: .now))
        } catch {
            if error.code == .accessRefused { refusal = (error, .now + Self.refusalPause) }
            perform(pool.connectFailed(id, error, now: .now, using: &generator))
        }
    }

    /// A connection that was idle for long may be gone without a word.
    private func check(_ id: PoolMemberID, _ member: BoltConnection) async {
        perform(pool.checked(id, isAlive: await member.check(), now: .now))
    }

    private func lost(_ id: PoolMemberID) {
        members.remove(id)
        outdated.remove(id)
        perform(pool.lost(id, now: .now))
    }

    /// Has the pool called in time. A timer that comes too early is left: it would be set anew for every caller.
    private func schedule() {
        guard let deadline = pool.nextDeadline else { return }
        if let timer {
            if timer.deadline <= deadline { return }
            executor.cancel(timer.name)
        }
        let name = executor.schedule(after: max(.zero, deadline - .now)) { [weak self] in
            self?.assumeIsolated { $0.timePassed() }
        }
        timer = (name, deadline)
    }

    private func timePassed() {
        timer = nil
        perform(pool.timePassed(now: .now))
    }
}
