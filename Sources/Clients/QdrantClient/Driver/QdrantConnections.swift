import Connections
import EventLoops
import Network

/// HTTP clients, each of which serves one request at a time, lent to one caller at a time.
actor QdrantConnections {
    struct Lease: Sendable {
        let id: PoolMemberID
        let client: HTTPClient
    }

    private typealias Machine = Pool<HTTPClient, QdrantError>

    private let configuration: HTTPClient.Configuration
    private var pool: Machine
    private var callers: [PoolWaiterID: CheckedContinuation<Result<Lease, QdrantError>, Never>] = [:]

    init(_ configuration: QdrantConfiguration) {
        self.configuration = configuration.http
        var bounds = PoolConfiguration(members: max(1, configuration.connections))
        bounds.waiters = configuration.waiters
        // A member is no connection: its HTTP client notices itself when that has gone, and connects again.
        bounds.idleCheck = nil
        bounds.lifetime = nil
        pool = Pool(bounds)
    }

    func acquire(until deadline: ContinuousClock.Instant) async throws(QdrantError) -> Lease {
        let (waiter, actions) = pool.acquire(until: deadline, now: .now)
        let timer = Task { [weak self] in
            try await Task.sleep(until: deadline, clock: .continuous)
            await self?.timePassed()
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                callers[waiter] = continuation
                perform(actions)
                if Task.isCancelled { perform(pool.cancel(waiter)) }
            }
        } onCancel: {
            Task { await self.cancel(waiter) }
        }
        return try result.get()
    }

    func release(_ lease: Lease) {
        perform(pool.release(lease.id, isReusable: true, now: .now))
    }

    /// Those who wait are told; requests under way end as they would.
    func close() {
        perform(pool.drain())
    }

    private func cancel(_ waiter: PoolWaiterID) {
        perform(pool.cancel(waiter))
    }

    private func timePassed() {
        perform(pool.timePassed(now: .now))
    }

    private func perform(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .connect(let id):
                // An HTTP client connects with its first request.
                let client = HTTPClient(configuration, label: "qdrant.http")
                perform(pool.connected(id, client, now: .now))
            case .check(let id, _): perform(pool.checked(id, isAlive: true, now: .now))
            case .lease(let waiter, let id, let client):
                callers.removeValue(forKey: waiter)?.resume(returning: .success(Lease(id: id, client: client)))
            case .fail(let waiter, let error):
                callers.removeValue(forKey: waiter)?.resume(returning: .failure(QdrantError(error)))
            case .close, .ended: break
            }
        }
    }
}

extension QdrantError {
    fileprivate init(_ error: PoolError<QdrantError>) {
        switch error {
        case .timedOut: self.init(.timedOut, "all connections to Qdrant were in use until the time was up")
        case .tooManyWaiters(let count): self.init(.busy, "\(count) callers wait for a connection to Qdrant already")
        case .connectFailed(let error): self = error
        case .closed: self.init(.closed, "the driver of Qdrant is closed")
        case .cancelled: self.init(.closed, "the task was cancelled while it waited for a connection to Qdrant")
        }
    }
}

extension QdrantConfiguration {
    fileprivate var http: HTTPClient.Configuration {
        var http = HTTPClient.Configuration()
        http.tls = tls
        http.connectTimeout = connectTimeout
        http.largestBody = largestAnswer
        return http
    }
}
