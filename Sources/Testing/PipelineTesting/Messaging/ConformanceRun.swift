import Messaging
import Synchronization
import TestSupport

/// The tools for one run of a case: brokers, unique names, and helpers that fail with a sentence.
final class ConformanceRun: Sendable {
    /// The timeout of every awaited event; only a failing case waits that long.
    static let timeout: Duration = .seconds(20)

    private let factory: any BrokerFactory
    private let token: String
    private let opened = Mutex<[any Broker]>([])

    init(factory: any BrokerFactory) {
        self.factory = factory
        token = String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// A unique name.
    func name(_ name: String) -> String {
        "\(BrokerConformanceCase.namePrefix)\(token).\(name)"
    }

    /// Another broker, closed at the end.
    func broker() async throws -> any Broker {
        let broker = try await factory.broker()
        opened.withLock { $0.append(broker) }
        return broker
    }

    func close() async {
        for broker in opened.withLock({ $0 }) { await broker.close() }
    }

    /// A broker on which the queue `queue` was declared.
    func broker(with queues: Queue...) async throws -> any Broker {
        let broker = try await broker()
        try await broker.declare(Topology(exchanges: [], queues: queues, bindings: []))
        return broker
    }

    /// Runs `body` for at most ``timeout``.
    func inTime<Result: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withTimeout(Self.timeout, what, body)
    }

    /// Exactly the next `count` deliveries, in any number of batches.
    func take(_ count: Int, from consumer: any Consumer) async throws -> [Delivery] {
        try await inTime("taking \(count) deliveries") {
            var deliveries: [Delivery] = []
            while deliveries.count < count {
                let more = try await consumer.next(upTo: count - deliveries.count, linger: .zero)
                guard !more.isEmpty else {
                    throw ConformanceFailure("next gave none after \(deliveries.count) of \(count)")
                }
                deliveries += more
            }
            try expect(deliveries.count, count, "number of deliveries")
            return deliveries
        }
    }

    /// Takes `count` deliveries and acknowledges them.
    func takeAndAcknowledge(_ count: Int, from consumer: any Consumer) async throws -> [Delivery] {
        let deliveries = try await take(count, from: consumer)
        try await consumer.settle(deliveries.map(\.tag), .acknowledge)
        return deliveries
    }

    /// Waits until `condition` holds.
    func eventually(_ what: String, _ condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await inTime(what) {
            try await TestSupport.eventually(what, within: Self.timeout, condition)
        }
    }

    /// Waits until `queue` has exactly `count` messages that wait for a consumer.
    func eventually(_ broker: any Broker, _ queue: String, ready count: Int) async throws {
        try await eventually("\(count) messages ready in \(queue)") {
            try await broker.status(of: [queue])[queue]?.ready == count
        }
    }

    /// Fails if `consumer` receives a delivery; callers have seen all earlier messages arrive elsewhere.
    func expectNothing(from consumer: any Consumer, _ what: String) async throws {
        let waiting = Task { try await consumer.next(upTo: 1, linger: .zero) }
        try await Task.sleep(for: .milliseconds(100))
        waiting.cancel()
        let deliveries = try await waiting.value
        guard deliveries.isEmpty else {
            throw ConformanceFailure("\(what): a delivery of \(deliveries.map(\.text)) came")
        }
    }
}

/// Runs `body`, which must throw an error with that code, and returns the error.
@discardableResult
func expectError(
    _ code: MessagingError.Code, _ what: String, _ body: () async throws -> Void
) async throws -> MessagingError {
    do {
        try await body()
    } catch let error as MessagingError {
        guard error.code == code else {
            throw ConformanceFailure("\(what): threw \(error.code) (\(error)), expected \(code)")
        }
        return error
    }
    throw ConformanceFailure("\(what): did not throw \(code)")
}
