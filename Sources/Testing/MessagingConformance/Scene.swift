import Messaging
import Synchronization

/// What one run of a case works with: brokers, names of its own, and helpers that fail with a sentence.
final class Scene: Sendable {
    /// How long anything may take that is bound to come; only a failing case waits for it.
    static let patience: Duration = .seconds(20)

    private let factory: any BrokerFactory
    private let token: String
    private let opened = Mutex<[any Broker]>([])

    init(factory: any BrokerFactory) {
        self.factory = factory
        token = String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// A name that no other run uses.
    func name(_ name: String) -> String {
        "\(ConformanceCase.namePrefix)\(token).\(name)"
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

    /// Runs `body` for at most ``patience``.
    func patiently<Result: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw ConformanceFailure("\(what): nothing within \(Self.patience)")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw ConformanceFailure("\(what): no result") }
            return result
        }
    }

    /// Exactly the next `count` deliveries, in as many batches as they come in.
    func take(_ count: Int, from consumer: any Consumer) async throws -> [Delivery] {
        try await patiently("taking \(count) deliveries") {
            var deliveries: [Delivery] = []
            while deliveries.count < count {
                let more = try await consumer.next(upTo: count - deliveries.count, linger: .zero)
                guard !more.isEmpty else {
                    throw ConformanceFailure("next gave none after \(deliveries.count) of \(count)")
                }
                deliveries += more
            }
            try expectEqual(deliveries.count, count, "number of deliveries")
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
        try await patiently(what) {
            while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// Waits until `queue` has exactly `count` messages that wait for a consumer.
    func eventually(_ broker: any Broker, _ queue: String, ready count: Int) async throws {
        try await eventually("\(count) messages ready in \(queue)") {
            try await broker.status(of: [queue])[queue]?.ready == count
        }
    }

    /// Fails if `consumer` gets anything: what is known to be on its way has been seen to arrive elsewhere before.
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

/// Fails unless `condition` holds.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw ConformanceFailure(what()) }
}

/// Fails unless both are equal.
func expectEqual<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: @autoclosure () -> String) throws {
    guard actual == expected else { throw ConformanceFailure("\(what()): \(actual), expected \(expected)") }
}

/// Runs `body`, which is to throw an error of that code, and gives the error.
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

extension Message {
    /// A message whose body is `text`.
    init(_ text: String, properties: MessageProperties = MessageProperties()) {
        self.init(body: [UInt8](text.utf8), properties: properties)
    }
}

extension Delivery {
    /// The body as text.
    var text: String { String(decoding: message.body, as: UTF8.self) }
}

extension Publication {
    /// Sends `text` through the default exchange to `queue`.
    init(_ text: String, to queue: String, properties: MessageProperties = MessageProperties()) {
        self.init(exchange: "", routingKey: queue, message: Message(text, properties: properties))
    }
}

extension Publisher {
    /// Publishes and fails unless every one was confirmed.
    func confirm(_ publications: [Publication]) async throws {
        for (outcome, publication) in zip(await publish(publications), publications) where outcome != .confirmed {
            throw ConformanceFailure(
                "publishing to '\(publication.exchange)' with '\(publication.routingKey)': \(outcome)")
        }
    }

    /// Sends each text through the default exchange to `queue`.
    func confirm(_ texts: [String], to queue: String) async throws {
        try await confirm(texts.map { Publication($0, to: queue) })
    }
}
