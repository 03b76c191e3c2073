import AMQPClient
import AMQPWire
import Messaging

/// Moves messages between queues on one connection: a message is acknowledged once the other queue has confirmed it, so
/// that after a break in between it is in both, and never in none.
struct QueueMover: Sendable {
    /// How many messages are confirmed together.
    private static let batch = 200

    let connection: AMQPConnection

    /// Moves all messages that wait in `source`, until it is empty.
    ///
    /// - Parameters:
    ///   - keepsExpiration: Whether a message's own expiration goes with it.
    ///   - progress: Is told how many were moved so far.
    /// - Returns: How many were moved.
    /// - Throws: also `.preconditionFailed` if the other queue did not take a message, which then stays where it was.
    func move(
        from source: String, to target: String, keepsExpiration: Bool, _ progress: @escaping @Sendable (Int) -> Void
    ) async throws(AMQPError) -> Int {
        let connection = connection
        return try await connection.withChannel { (reading) throws(AMQPError) in
            try await connection.withChannel { (writing) throws(AMQPError) in
                try await writing.confirmSelect()
                var count = 0
                while true {
                    var batch: [AMQPDelivery] = []
                    while batch.count < Self.batch, let delivery = try await reading.get(source) {
                        batch.append(delivery)
                    }
                    guard !batch.isEmpty else { return count }
                    try await Self.move(batch, to: target, keepsExpiration: keepsExpiration, reading, writing)
                    count += batch.count
                    progress(count)
                }
            }
        }
    }

    private static func move(
        _ batch: [AMQPDelivery], to target: String, keepsExpiration: Bool, _ reading: AMQPChannel,
        _ writing: AMQPChannel
    ) async throws(AMQPError) {
        guard !batch.contains(where: \.isBodyLeftOut) else {
            throw AMQPError(.preconditionFailed, "a message for '\(target)' is larger than 128 MiB and was not moved")
        }
        let outcomes = await writing.publish(
            batch.map { AMQPOutgoing(moving: $0, to: target, keepsExpiration: keepsExpiration) })
        let confirmed = zip(batch, outcomes).filter { $1 == .confirmed }.map(\.0.tag)
        try await reading.settle(confirmed, .acknowledge)
        guard let failure = outcomes.first(where: { $0 != .confirmed }) else { return }
        throw failure.error(of: target)
    }

    /// How many messages wait in the queue, and how many consumers it has; nil if it does not exist.
    func look(at queue: String) async throws(AMQPError) -> QueueDeclareOk? {
        do throws(AMQPError) {
            return try await connection.withChannel { (channel) throws(AMQPError) in
                var question = QueueDeclare(queue: queue)
                question.passive = true
                return try await channel.declareQueue(question)
            }
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}

extension AMQPOutgoing {
    /// The message for another queue, without what would send copies of it or what only its first sender may say.
    init(moving delivery: AMQPDelivery, to target: String, keepsExpiration: Bool) {
        var properties = delivery.properties
        properties.headers?.entries.removeAll { ["CC", "BCC"].contains($0.key) }
        properties.userID = nil
        if !keepsExpiration { properties.expiration = nil }
        self.init(exchange: "", routingKey: target, mandatory: true, properties: properties, body: delivery.body)
    }
}

extension AMQPPublishOutcome {
    fileprivate func error(of queue: String) -> AMQPError {
        switch self {
        case .unknown(let error), .failed(let error): error
        case .returned: AMQPError(.notFound, "queue '\(queue)' does not exist any more")
        case .confirmed, .nacked:
            AMQPError(
                .preconditionFailed,
                "queue '\(queue)' is full and takes no more; what was not moved is kept in the queue beside it: start "
                    + "workers until there is room, then stop them and migrate again")
        }
    }
}
