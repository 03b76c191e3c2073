/// Publishes only what the work queues have room for; the rest fails with `.blocked`, and goes into the spool or becomes
/// a 503.
///
/// RabbitMQ drops the oldest event of a full queue and hands it to the dead-letter exchange without confirms: what goes
/// through here never makes it do that.
package struct GuardedPublisher: Publisher {
    private let broker: any Publisher
    private let room: QueueRoom
    private let partly: Bool

    /// - Parameter partly: whether the first messages go where there is no room for all. A client sends a whole request
    ///   again, so that parts of it would fill the queue with repetitions.
    package init(_ broker: any Publisher, room: QueueRoom, partly: Bool = false) {
        self.broker = broker
        self.room = room
        self.partly = partly
    }

    /// See ``Publisher/publish(_:)``.
    package nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        let count = room.take(publications.count, partly: partly)
        guard count == publications.count else { return await publish(publications, first: count) }
        let outcomes = await broker.publish(publications)
        room.answered(count)
        return outcomes
    }

    private nonisolated(nonsending) func publish(
        _ publications: [Publication], first count: Int
    ) async -> [PublishOutcome] {
        let refused = Array(repeating: PublishOutcome.failed(room.refusal), count: publications.count - count)
        guard count > 0 else { return refused }
        let outcomes = await broker.publish(Array(publications[..<count]))
        room.answered(count)
        return outcomes + refused
    }
}
