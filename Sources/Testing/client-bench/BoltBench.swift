import BoltClient
import BoltWire
import EventLoops
import Platform

/// Measures the cost of the Bolt client alone, and prints the rate and the processor time of the process for each.
///
///     client-bench bolt read 100000         reads the records of one result, in pages of 1,000
///     client-bench bolt queries 10000       small queries, one after the other's answer
///     client-bench bolt pipeline 10000      the same without waiting for one another's answers
///
/// BOLT_URL names the server with its user and password. A tenth as many go before, unmeasured.
enum BoltBench {
    private static let records = """
        UNWIND range(1, $count) AS i
        RETURN i AS user_id, 'product-' + toString(i) AS name, i * 0.5 AS price, i % 7 AS quantity, 'view' AS type
        """
    private static let small = "RETURN $number AS number"

    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        guard let verb = words.first, let count = words.dropFirst().first.flatMap({ Int($0) }), count >= 10,
            words.count == 2
        else { return false }
        let work: (BoltDriver, Int) async throws -> Int
        switch verb {
        case "read": work = read
        case "queries": work = ask
        case "pipeline": work = pipeline
        default: return false
        }
        let url = Environment.snapshot()["BOLT_URL"] ?? "bolt://127.0.0.1:7687"
        var configuration = try BoltURI.parse(url)
        // A server that has just started takes its time for the first login.
        configuration.connectTimeout = .seconds(60)
        let driver = BoltDriver(configuration)
        // Runs on the connection's own thread, like the single-threaded client that is measured beside this one.
        let (elapsed, used) = try await Task(executorPreference: EventLoopTaskExecutor(sharing: driver.executor)) {
            try await expect(work(driver, count / 10), count / 10)
            let before = ProcessStatistics.current().processorTime
            let elapsed = try await ContinuousClock().measure { try await expect(work(driver, count), count) }
            return (elapsed, ProcessStatistics.current().processorTime - before)
        }.value
        let (rate, cost) = (Double(count) / (elapsed / .seconds(1)), used / .microseconds(1) / Double(count))
        print("client-bench bolt \(verb) \(count): \(Int(rate)) a second, \(cost) µs each")
        await driver.close()
        return true
    }

    /// Every way to work adds up what it was given.
    private static func expect(_ sum: Int, _ count: Int) throws {
        if sum != count * (count + 1) / 2 { ClientBench.fail("the numbers up to \(count) do not add up to \(sum)") }
    }

    private static func read(_ driver: BoltDriver, _ count: Int) async throws -> Int {
        try await driver.withResult(of: BoltQuery(records, ["count": .integer(count)])) { result throws(BoltError) in
            var sum = 0
            for try await record in result { sum += record.values.first?.integer ?? 0 }
            return sum
        }
    }

    private static func ask(_ driver: BoltDriver, _ count: Int) async throws -> Int {
        var sum = 0
        for number in 1...count {
            sum += answer(in: try await driver.execute(query(number), TransactionOptions(mode: .read)))
        }
        return sum
    }

    private static func pipeline(_ driver: BoltDriver, _ count: Int) async throws -> Int {
        var sum = 0
        for start in stride(from: 1, through: count, by: 1_000) {
            let queries = (start...min(start + 999, count)).map(query)
            for outcome in try await driver.pipeline(queries, TransactionOptions(mode: .read)) {
                sum += answer(in: try outcome.get())
            }
        }
        return sum
    }

    private static func query(_ number: Int) -> BoltQuery { BoltQuery(small, ["number": .integer(number)]) }

    private static func answer(in records: BoltRecords) -> Int { records.rows.first?.first?.integer ?? 0 }
}
