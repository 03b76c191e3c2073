//! Reads the address of a server, and lends two connections to ten tasks that each want one for themselves.

import Connections

/// A connection of a made-up protocol, which answers one request at a time.
struct Line: Sendable {
    let number: Int

    func ask(_ question: Int) async throws -> Int {
        try await Task.sleep(for: .milliseconds(5))
        return question * question
    }
}

/// The server cannot be reached.
struct NoLine: Error {}

/// Owns the pool: tells it what happens, and does what it says.
actor Lines {
    private typealias Lease = (id: PoolMemberID, line: Line)

    private var pool = Pool<Line, NoLine>(PoolConfiguration(members: 2))
    private var callers: [PoolWaiterID: CheckedContinuation<Lease, any Error>] = [:]
    private var timer: Task<Void, Never>?
    private(set) var connects = 0

    func withLine<Result: Sendable>(_ body: @Sendable (Line) async throws -> Result) async throws -> Result {
        let lease: Lease = try await withCheckedThrowingContinuation { continuation in
            let (waiter, actions) = pool.acquire(until: .now + .seconds(5), now: .now)
            callers[waiter] = continuation
            perform(actions)
        }
        do {
            let result = try await body(lease.line)
            perform(pool.release(lease.id, isReusable: true, now: .now))
            return result
        } catch {
            // Nobody knows what the line would answer next.
            perform(pool.release(lease.id, isReusable: false, now: .now))
            throw error
        }
    }

    func close() {
        perform(pool.close())
    }

    private func perform(_ actions: [PoolAction<Line, NoLine>]) {
        for action in actions {
            switch action {
            case .connect(let id): Task { await connect(id) }
            case .check(let id, _): perform(pool.checked(id, isAlive: true, now: .now))
            case .lease(let waiter, let id, let line):
                callers.removeValue(forKey: waiter)?.resume(returning: (id, line))
            case .fail(let waiter, let error): callers.removeValue(forKey: waiter)?.resume(throwing: error)
            case .close(let line): print("line \(line.number) is closed")
            case .ended: print("the pool is empty")
            }
        }
        timer?.cancel()
        timer = pool.nextDeadline.map { deadline in
            Task {
                try? await Task.sleep(until: deadline, clock: .continuous)
                if !Task.isCancelled { perform(pool.timePassed(now: .now)) }
            }
        }
    }

    /// A real one opens a socket here, and reports `connectFailed` when that does not work.
    private func connect(_ id: PoolMemberID) async {
        try? await Task.sleep(for: .milliseconds(20))
        connects += 1
        perform(pool.connected(id, Line(number: connects), now: .now))
    }
}

let scheme = ServerAddress.Scheme("lines", defaultPort: 7_000, isTLS: true)
do throws(ServerAddressError) {
    let address = try ServerAddress("lines://ada:secret@[::1],other:7001/home?verify=verify_none", schemes: [scheme])
    var tls = TLSParameters()
    for parameter in address.parameters where try !tls.take(parameter) {
        throw ServerAddressError("unknown parameter \(parameter.name)")
    }
    print("connects to \(try tls.endpoints(of: address).map(\.port)) of \(address)")
} catch {
    print(error)
}

let lines = Lines()
let sum = try await withThrowingTaskGroup(of: Int.self) { group in
    for number in 1...10 {
        group.addTask { try await lines.withLine { try await $0.ask(number) } }
    }
    var sum = 0
    for try await square in group { sum += square }
    return sum
}
print("\(sum) over \(await lines.connects) lines")
await lines.close()
