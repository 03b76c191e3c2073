import EventLoops

/// One event loop of a server, with the connections that it serves.
actor ServerLoop: EventLoopActor {
    nonisolated let executor: EventLoop
    /// For handlers that are to run on the loop.
    nonisolated let taskExecutor: EventLoopTaskExecutor
    nonisolated let shared: ServerShared
    private var connections: ConnectionTable?
    private var hasStopped = false

    init(_ executor: EventLoop, shared: ServerShared) {
        self.executor = executor
        self.shared = shared
        taskExecutor = EventLoopTaskExecutor(sharing: executor)
    }

    /// Lends the connections to a caller on the loop.
    func withConnections<Result>(_ body: (ConnectionTable) -> Result) -> Result {
        if let connections { return body(connections) }
        let connections = ConnectionTable(LoopAccess(loop: self))
        // A handler that returns later is counted, no more.
        if !hasStopped { self.connections = connections }
        return body(connections)
    }

    fileprivate func changed(_ key: ConnectionTable.Key, _ changes: ReadinessWatch.Changes) {
        connections?.changed(key, changes)
    }

    fileprivate func answered(
        _ key: ConnectionTable.Key, _ request: UInt64, _ response: HTTPResponse, bodySize: Int
    ) {
        withConnections { $0.answered(key, request, response, bodySize: bodySize) }
    }

    /// Ends all connections after their current requests, those that take longer than `drain` at once, and returns when
    /// all are closed.
    func stop(drain: Duration) async {
        await withCheckedContinuation { continuation in
            withConnections { $0.stop(drain: drain) { continuation.resume() } }
        }
        // The table holds the loop.
        hasStopped = true
        connections?.close()
        connections = nil
    }
}

/// The way from an event loop's callbacks and from tasks to the connections, which may only be touched on the loop.
struct LoopAccess: Sendable {
    let loop: ServerLoop

    var shared: ServerShared { loop.shared }

    /// Lends the connections to a caller that runs on the loop.
    @inline(__always)
    func enter(_ body: @Sendable (ConnectionTable) -> Void) {
        loop.assumeIsolated { $0.withConnections(body) }
    }

    /// Has `body` run on the loop: at once for a caller on it, soon for others.
    func call(_ body: @escaping @Sendable (ConnectionTable) -> Void) {
        if loop.executor.isCurrent { enter(body) } else { schedule(body) }
    }

    // Each request comes by both of these: they go without closures within closures, which would be allocated.

    /// The readiness of a connection's socket has changed; called on the loop.
    func changed(_ key: ConnectionTable.Key, _ changes: ReadinessWatch.Changes) {
        loop.assumeIsolated { $0.changed(key, changes) }
    }

    /// A handler has returned its answer.
    func answer(_ key: ConnectionTable.Key, _ request: UInt64, _ response: HTTPResponse, bodySize: Int) {
        if loop.executor.isCurrent {
            loop.assumeIsolated { $0.answered(key, request, response, bodySize: bodySize) }
        } else {
            schedule { $0.answered(key, request, response, bodySize: bodySize) }
        }
    }

    /// Has `body` run on the loop, behind what it has to do already.
    func schedule(_ body: @escaping @Sendable (ConnectionTable) -> Void) {
        loop.executor.schedule { enter(body) }
    }

    /// Has `body` run on the loop after a number of nanoseconds.
    func schedule(
        after nanoseconds: Int64, _ body: @escaping @Sendable (ConnectionTable) -> Void
    ) -> EventLoopTimer {
        loop.executor.schedule(after: .nanoseconds(nanoseconds)) { enter(body) }
    }

    func cancel(_ timer: EventLoopTimer) {
        loop.executor.cancel(timer)
    }
}
