import BoltClient
import BoltWire
import EventLoops
import Platform

/// Measures the cost of the Bolt client alone, and prints the rate and the processor time of the process for each.
///
///     client-bench bolt read 100000         reads the records of one result, in pages of 1,000
///     client-bench bolt queries 10000       small queries, one after the other's answer
///     client-bench bolt pipeline 10000      the same without waiting for one another's answers
///     client-bench bolt pipelines 10000     the same by two callers at once, and so over two connections
///
/// BOLT_URL names the server with its user and password. A tenth as many go before, unmeasured.
enum BoltBench {
    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        guard let verb = words.first, let count = words.dropFirst().first.flatMap({ Int($0) }), count >= 10,
            words.count == 2, let work = BoltCaller.works[verb]
        else { return false }
        let url = Environment.snapshot()["BOLT_URL"] ?? "bolt://127.0.0.1:7687"
        var configuration = try BoltURI.parse(url)
        // A server that has just started takes its time for the first login.
        configuration.connectTimeout = .seconds(60)
        let caller = BoltCaller(BoltDriver(configuration))
        _ = try await caller.measure(work, count / 10)
        let (elapsed, used) = try await caller.measure(work, count)
        let (rate, cost) = (Double(count) / (elapsed / .seconds(1)), used / .microseconds(1) / Double(count))
        print("client-bench bolt \(verb) \(count): \(Int(rate)) a second, \(cost) µs each")
        await caller.driver.close()
        return true
    }
}

/// Calls a driver from its own loop, like the single-threaded client that is measured beside this one.
///
/// An actor rather than a task that prefers the loop, which would go through the loop's queue at each call between actors.
private actor BoltCaller: EventLoopActor {
    typealias Work = @Sendable (isolated BoltCaller, Int) async throws -> Int

    static let works: [String: Work] = [
        "read": { try await $0.read($1) }, "queries": { try await $0.ask($1) },
        "pipeline": { try await $0.pipeline($1) }, "pipelines": { try await $0.pipelines($1) },
    ]

    private static let records = """
        UNWIND range(1, $count) AS i
        RETURN i AS user_id, 'product-' + toString(i) AS name, i * 0.5 AS price, i % 7 AS quantity, 'view' AS type
        """
    private static let small = "RETURN $number AS number"

    nonisolated let executor: EventLoop
    nonisolated let driver: BoltDriver

    init(_ driver: BoltDriver) {
        self.driver = driver
        executor = driver.executor
    }

    /// The time and the processor time of the process that some work takes, which adds up what it was given.
    func measure(_ work: Work, _ count: Int) async throws -> (elapsed: Duration, used: Duration) {
        let (start, before) = (ContinuousClock.now, ProcessStatistics.current().processorTime)
        let sum = try await work(self, count)
        if sum != count * (count + 1) / 2 { ClientBench.fail("the numbers up to \(count) do not add up to \(sum)") }
        return (.now - start, ProcessStatistics.current().processorTime - before)
    }

    private func read(_ count: Int) async throws -> Int {
        try await driver.withResult(of: BoltQuery(Self.records, ["count": .integer(count)])) {
            result throws(BoltError) in
            var sum = 0
            for try await record in result { sum += record.values.first?.integer ?? 0 }
            return sum
        }
    }

    private func ask(_ count: Int) async throws -> Int {
        var sum = 0
        for number in 1...count {
            sum += answer(in: try await driver.execute(query(number), TransactionOptions(mode: .read)))
        }
        return sum
    }

    private func pipelines(_ count: Int) async throws -> Int {
        async let first = pipeline(count / 2)
        async let second = pipeline(count, after: count / 2)
        return try await first + second
    }

    private func pipeline(_ last: Int, after first: Int = 0) async throws -> Int {
        var sum = 0
        for start in stride(from: first + 1, through: last, by: 1_000) {
            let queries = (start...min(start + 999, last)).map(query)
            for outcome in try await driver.pipeline(queries, TransactionOptions(mode: .read)) {
                sum += answer(in: try outcome.get())
            }
        }
        return sum
    }

    private func query(_ number: Int) -> BoltQuery { BoltQuery(Self.small, ["number": .integer(number)]) }

    private func answer(in records: BoltRecords) -> Int { records.rows.first?.first?.integer ?? 0 }
}
