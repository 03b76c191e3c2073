import BoltWire
import Connections
import EventLoops
import Network

/// A connection to one server, logged on. It does not reconnect, and serves one caller at a time: ``BoltDriver`` lends it.
///
/// An actor on an event loop that it shares with its socket. It reads and writes by itself until it has ended. A caller
/// that is cancelled while it waits ends the connection, whose place in the protocol would not be known any more.
actor BoltConnection: EventLoopActor {
    nonisolated let executor: EventLoop
    nonisolated let server: String
    let configuration: BoltConfiguration
    let stream: ByteStream
    var machine: ConnectionMachine
    var life: ConnectionLife<BoltError>
    var writer = StreamWriter(limit: 1 << 20)
    var waiters: [RequestID: Waiter] = [:]
    /// Results that a caller may read, by their queries.
    var results: [RequestID: ResultState] = [:]
    /// Results that got records from the bytes that are being read.
    var resultsWithNews: [ResultState] = []
    /// What the write that is under way has left, and since when it has not got on; nil while none is.
    var write: (unsent: Int, since: ContinuousClock.Instant)?
    private nonisolated let opening = Latch<BoltError?>()
    /// Called once, when the connection has ended.
    private var whenEnded: (@Sendable () -> Void)?

    enum Waiter {
        case answer(Once<Result<ConnectionEvent.Answer, BoltError>, Never>)
        /// RUN.
        case run(ResultState)
        /// PULL or DISCARD.
        case records(ResultState)
    }

    private init(
        _ configuration: BoltConfiguration, _ hello: Request.Hello, stream: ByteStream, server: String,
        deadline: ContinuousClock.Instant
    ) {
        self.configuration = configuration
        self.stream = stream
        self.server = server
        executor = stream.executor
        life = ConnectionLife(openingUntil: deadline)
        machine = ConnectionMachine(
            ConnectionMachine.Configuration(
                hello: hello, highestVersion: configuration.highestVersion, limits: configuration.limits,
                receiveTimeout: configuration.receiveTimeout))
    }

    /// Connects to one server, and logs on.
    static func connect(
        _ configuration: BoltConfiguration, to endpoint: ByteStream.Endpoint, executor: EventLoop
    ) async throws(BoltError) -> BoltConnection {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let authentication = try await authentication(from: configuration.authentication, until: deadline, executor)
        let stream: ByteStream
        do throws(NetworkError) {
            stream = try await ByteStream.connect(
                to: endpoint, timeout: max(.milliseconds(1), deadline - .now), executor: executor)
        } catch {
            throw BoltError(error)
        }
        let server = ServerAddress.Host(endpoint).description
        let hello = Request.Hello(
            client: ClientIdentity(userAgent: configuration.userAgent, product: "swift-bolt"),
            authentication: authentication,
            routing: configuration.routingContext(for: server), notifications: configuration.notifications)
        let connection = BoltConnection(configuration, hello, stream: stream, server: server, deadline: deadline)
        if let error = await connection.open() { throw error }
        return connection
    }

    /// What to log on with. A provider that hangs costs the caller its time, and not the pool a place for good.
    private static func authentication(
        from provider: @escaping BoltConfiguration.AuthenticationProvider, until deadline: ContinuousClock.Instant,
        _ executor: EventLoop
    ) async throws(BoltError) -> Authentication {
        let once = Once<Result<Authentication, BoltError>, Never>()
        let timer = executor.schedule(after: max(.zero, deadline - .now)) {
            once.resume(returning: .failure(BoltError(.timedOut, "what to log on with was not told in time")))
        }
        let task = Task {
            do throws(BoltError) {
                once.resume(returning: .success(try await provider()))
            } catch {
                once.resume(returning: .failure(error))
            }
        }
        let answer = await once.value { once.resume(returning: .failure(.cancelled)) }
        task.cancel()
        executor.cancel(timer)
        return try answer.get()
    }

    private func open() async -> BoltError? {
        machine.start()
        wakeWriter()
        beginReading()
        scheduleTick()
        if let outcome = await opening.wait() { return outcome }
        end(.cancelled)
        return life.endReason
    }

    private func beginReading() {
        stream.assumeIsolated { stream in
            stream.deliverInput { input in self.assumeIsolated { $0.received(input) } }
        }
    }

    /// What the server told when it logged the client on.
    var greeting: ServerGreeting? { machine.greeting }

    /// Whether somebody else may use the connection as it is.
    var isIdle: Bool { life.isOpen && machine.isIdle }

    /// Has `body` called when the connection has ended; at once if it has.
    func onEnd(_ body: @escaping @Sendable () -> Void) {
        if life.isEnded { body() } else { whenEnded = body }
    }

    /// Says good-bye, and ends when that is sent.
    func close() {
        machine.goodbye()
        life.drain(.driverClosed, until: .now + .seconds(1))
        wakeWriter()
    }

    /// Takes back what is under way, if anything is, and hears from the server, within the time of a connect: whoever
    /// waits for the end of a call, or for a connection, does not wait for a server that has gone.
    ///
    /// - Returns: whether the connection can be used.
    func check() async -> Bool {
        let timer = executor.schedule(after: configuration.connectTimeout) {
            self.assumeIsolated { $0.end(BoltError(.timedOut, "\($0.server) does not answer a RESET")) }
        }
        defer { executor.cancel(timer) }
        do throws(BoltError) {
            // The caller may be cancelled; the connection is somebody else's already.
            _ = try await ask { machine, now throws(BoltWireError) in try machine.reset(cancelling: true, at: now) }
            return isIdle
        } catch {
            end(error)
            return false
        }
    }

    // MARK: The end

    /// Ends the connection at once and tells everyone who waits.
    func end(_ reason: BoltError) {
        guard let reason = life.end(reason) else { return }
        opening.set(reason)
        for request in machine.end() {
            let error = request.isOutcomeUnknown ? reason.withUnknownOutcome() : reason
            fail(waiters.removeValue(forKey: request.id), error)
        }
        for waiter in waiters.values { fail(waiter, reason) }
        waiters = [:]
        writer.close()
        stream.assumeIsolated { $0.close() }
        whenEnded?()
        whenEnded = nil
    }

    func fail(_ waiter: Waiter?, _ error: BoltError) {
        switch waiter {
        case .answer(let once): once.resume(returning: .failure(error))
        case .run(let result), .records(let result): result.finish(.failure(error))
        case nil: break
        }
    }

    func opened() {
        if life.opened() { opening.set(nil) }
    }

    /// Looks for what is overdue, four times per second.
    private func scheduleTick() {
        executor.schedule(after: .milliseconds(250)) { [weak self] in self?.assumeIsolated { $0.tick() } }
    }

    private func tick() {
        let now = ContinuousClock.now
        switch life.overdue(at: now) {
        case .opening?:
            return end(BoltError(.timedOut, "\(server) did not answer in time: waiting for \(machine.stage)"))
        case .draining(let reason)?: return end(reason)
        case nil: break
        }
        if life.isEnded { return }
        if let write {
            // A server that does not have the whole request yet cannot answer it: its silence is none.
            let unsent = stream.assumeIsolated { $0.unsentBytes }
            if unsent != write.unsent {
                self.write = (unsent, now)
            } else if now >= write.since + configuration.sendTimeout {
                return end(BoltError(.timedOut, "\(server) takes nothing of what is sent"))
            }
        } else if let deadline = machine.receiveDeadline, now >= deadline {
            return end(BoltError(.timedOut, "\(server) fell silent: waiting for \(machine.stage)"))
        }
        scheduleTick()
    }
}

extension BoltConfiguration {
    /// What HELLO says to a server of a cluster.
    func routingContext(for server: String) -> BoltMap? {
        guard case .table(let context) = routing else { return nil }
        return BoltMap(
            context.map { BoltMap.Entry($0.name, .string($0.value)) } + [BoltMap.Entry("address", .string(server))])
    }
}
