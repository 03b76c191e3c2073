import Embedded
import Messaging
import PipelineTesting
import Synchronization
import TestSupport

/// A data folder for one test.
final class QueueFixture: Sendable {
    let directory: TemporaryDirectory
    let clock = ManualClock()

    init() throws {
        directory = try TemporaryDirectory()
    }

    var path: String { directory.file("data") }

    /// A broker on the folder, in real time.
    func open(
        _ configure: (inout EmbeddedBrokerConfiguration) -> Void = { _ in }
    ) async throws -> EmbeddedBroker {
        var configuration = EmbeddedBrokerConfiguration()
        configure(&configuration)
        return try await EmbeddedBroker.open(directory: path, configuration: configuration)
    }

    /// A broker on the folder, in which `queues` are declared.
    func open(with queues: Queue...) async throws -> EmbeddedBroker {
        let broker = try await open()
        try await broker.declare(Topology(exchanges: [], queues: queues, bindings: []))
        return broker
    }

    /// A broker on the folder whose time is ``clock``.
    func openWithManualClock() async throws -> EmbeddedBroker {
        try await open { [clock] in $0.now = { clock.milliseconds } }
    }
}

/// A clock that only tests advance; in milliseconds since 1970.
final class ManualClock: Sendable {
    private let time = Atomic<Int64>(1_700_000_000_000)

    var milliseconds: Int64 { time.load(ordering: .acquiring) }

    func advance(by milliseconds: Int64) {
        time.add(milliseconds, ordering: .acquiringAndReleasing)
    }
}

extension EmbeddedBroker {
    func declare(
        exchanges: [Exchange] = [], queues: [Queue], bindings: [Binding] = []
    ) async throws {
        try await declare(Topology(exchanges: exchanges, queues: queues, bindings: bindings))
    }

    /// Publishes texts through the default exchange.
    @discardableResult
    func publish(
        _ texts: [String], to queue: String, properties: MessageProperties = MessageProperties()
    ) async throws -> [PublishOutcome] {
        try await makePublisher().publish(
            texts.map { Publication($0, to: queue, properties: properties) })
    }

    /// The texts of the messages that wait in `queue`.
    func readyTexts(_ queue: String) async throws -> [String] {
        try await browse(queue, limit: 1_000_000).filter(\.isReady).map { $0.message.text }
    }
}

extension Consumer {
    /// The next `count` deliveries.
    func take(_ count: Int) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            let more = try await next(upTo: count - deliveries.count, linger: .zero)
            guard !more.isEmpty else { break }
            deliveries += more
        }
        return deliveries
    }
}
