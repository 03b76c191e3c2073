import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport

extension RabbitMQConfiguration {
    /// A configuration for a private or shared node, with short waits.
    static func of(_ node: RabbitMQNode, _ change: (inout RabbitMQConfiguration) -> Void = { _ in }) throws -> Self {
        var configuration = try RabbitMQConfiguration(url: node.addresses.amqp)
        change(&configuration)
        return configuration
    }
}

/// Names that no other test uses.
struct Names {
    private let token = String(UInt64.random(in: 0 ... .max), radix: 36)

    func callAsFunction(_ name: String) -> String { "test.\(token).\(name)" }
}

extension Broker {
    func declare(_ queues: Queue...) async throws {
        try await declare(Topology(exchanges: [], queues: queues, bindings: []))
    }

    /// Publishes texts through the default exchange.
    func publish(_ texts: [String], to queue: String) async throws -> [PublishOutcome] {
        try await makePublisher().publish(texts.map { Publication($0, to: queue) })
    }
}

extension PublishOutcome {
    /// Why nothing was published.
    var failure: MessagingError? {
        if case .failed(let error) = self { error } else { nil }
    }
}

extension Consumer {
    /// The error that the next call of `next` throws; nil if it throws none.
    func failureOfNext() async -> MessagingError? {
        do {
            _ = try await next(upTo: 1, linger: .zero)
            return nil
        } catch {
            return error
        }
    }

    /// The next deliveries; waits for a broker that is away, but no longer than a minute.
    func patiently(_ count: Int) async throws -> [Delivery] {
        try await withTimeout(.seconds(60), "\(count) deliveries") { try await self.persistently(count) }
    }

    private func persistently(_ count: Int) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            try Task.checkCancellation()
            do {
                deliveries += try await next(upTo: count - deliveries.count, linger: .zero)
            } catch {
                guard error.code == .unavailable else { throw error }
                // The broker has given back what was held before.
                deliveries = []
                await Task.yield()
            }
        }
        return deliveries
    }
}
