import EventLoops

/// Publishes the spool's messages to the broker, in order of arrival, and deletes them from the spool once confirmed.
package struct SpoolForwarder: Sendable {
    /// What the forwarder reports, for logs.
    package enum Report: Sendable, Hashable {
        /// The number of events forwarded from the spool to the broker.
        case forwarded(Int)
        /// The broker took nothing, or not everything; the next attempt follows after `delay`.
        case waiting(String, delay: Duration)
    }

    /// Also the most messages that are sent twice after a crash.
    private static let batch = 500
    private static let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(2))

    private let spool: Spool
    private let broker: any Broker
    private let topology: Topology
    private let room: QueueRoom?
    private let report: @Sendable (Report) -> Void

    /// A forwarder from the spool to `broker`.
    ///
    /// - Parameters:
    ///   - topology: declared again when the broker has no queue for a message.
    ///   - room: what the work queues have room for; nil: they are filled whatever becomes of their oldest messages.
    package init(
        _ spool: Spool, to broker: any Broker, topology: Topology, room: QueueRoom? = nil,
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.spool = spool
        self.broker = broker
        self.topology = topology
        self.room = room
        self.report = report
    }

    /// Runs until the task is cancelled; messages that it then holds stay in the spool.
    package func run() async {
        while !Task.isCancelled {
            do throws(MessagingError) {
                var publisher = try await broker.makePublisher()
                if let room { publisher = GuardedPublisher(publisher, room: room, partly: true) }
                let consumer = try await spool.broker.consume(Spool.queue, prefetch: Self.batch)
                let failure = await forward(from: consumer, over: publisher)
                await consumer.close()
                if let failure { throw failure }
            } catch {
                await pause(afterFailures: .max, error.message)
            }
        }
    }

    private func forward(from consumer: any Consumer, over publisher: any Publisher) async -> MessagingError? {
        do throws(MessagingError) {
            while true {
                let deliveries = try await consumer.next(upTo: Self.batch, linger: .zero)
                guard !deliveries.isEmpty else { return nil }
                try await forward(deliveries, from: consumer, over: publisher)
            }
        } catch {
            return error
        }
    }

    /// Returns when all messages are confirmed, or the task is cancelled.
    private func forward(
        _ deliveries: [Delivery], from consumer: any Consumer, over publisher: any Publisher
    ) async throws(MessagingError) {
        var rest = deliveries
        var failures = 0
        while !rest.isEmpty, !Task.isCancelled {
            let outcomes = await publisher.publish(
                rest.map { Publication(exchange: $0.exchange, routingKey: $0.routingKey, message: $0.message) })
            let pairs = Array(zip(rest, outcomes))
            let confirmed = pairs.filter { $1 == .confirmed }.map(\.0.tag)
            if !confirmed.isEmpty {
                try await consumer.settle(confirmed, .acknowledge)
                report(.forwarded(confirmed.count))
            }
            rest = pairs.filter { $1 != .confirmed }.map(\.0)
            guard let failure = pairs.first(where: { $1 != .confirmed })?.1 else { break }
            if failure.wantsSpool {
                spool.availability.failed(failure.cause, at: .now)
            } else {
                spool.availability.worked()
            }
            if case .returned = failure { try? await broker.declare(topology) }
            failures += 1
            await pause(afterFailures: failures, failure.cause)
        }
        if rest.isEmpty { spool.availability.worked() }
    }

    private func pause(afterFailures failures: Int, _ cause: String) async {
        guard !Task.isCancelled else { return }
        var generator = SystemRandomNumberGenerator()
        let delay = Self.backoff.delay(afterFailures: failures, using: &generator)
        report(.waiting(cause, delay: delay))
        // If the task is cancelled, the loop above ends.
        try? await Task.sleep(for: delay)
    }
}

extension PublishOutcome {
    /// Why the message is not in the broker's queues.
    var cause: String {
        switch self {
        case .confirmed, .spooled, .stored: ""
        case .returned(let text): "no queue takes events: \(text)"
        case .rejected(let text), .unencodable(let text), .conflict(let text), .unstorable(let text): text
        case .failed(let error), .unknown(let error): error.message
        }
    }
}
