import AMQPWire
import Connections

/// What the session knows of a consumer. Confined to the session's actor.
final class SessionConsumerState {
    let request: AMQPConsumer.Request
    /// The consumer on the current connection; nil while there is none.
    var consumer: AMQPConsumer? { didSet { current.value = consumer } }
    let current = CurrentConsumer()
    var epoch: UInt32 = 0
    var isCancelled = false
    var isOpening = false
    /// Why the last attempt to open the consumer has failed.
    var failure: AMQPError?
    var failureTime: ContinuousClock.Instant?

    init(_ request: AMQPConsumer.Request) {
        self.request = request
    }
}

/// Consumers that outlive connections.
extension AMQPSession {
    /// How long `next` waits while the broker is away, and between attempts at a queue that does not exist.
    private static var pause: Duration { .seconds(1) }

    /// Opens the consumer on a connection, with a new epoch, unless it is open; a failure is noted. Two consumers on
    /// one connection would share the queue, and nobody would take what the forgotten consumer gets.
    func take(_ state: SessionConsumerState, _ connection: AMQPConnection) async {
        guard state.consumer == nil, !state.isOpening else { return }
        state.isOpening = true
        defer {
            state.isOpening = false
            changes.changed()
        }
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            state.epoch &+= 1
            let consumer: AMQPConsumer
            do throws(AMQPError) {
                consumer = try await connection.consume(state.request, epoch: state.epoch, channel)
            } catch {
                await channel.close()
                throw error
            }
            guard self.connection === connection, !state.isCancelled else { return await channel.close() }
            state.consumer = consumer
            state.failure = nil
        } catch {
            state.failure = error
            state.failureTime = .now
        }
    }

    /// What this session's consumers of a queue hold: deliveries that came and are not settled, taken or not.
    ///
    /// - Parameter queue: the queue's name.
    /// - Returns: the consumers that are open now, and their deliveries.
    public func holdings(of queue: String) async -> (consumers: Int, deliveries: Int) {
        var holdings = (consumers: 0, deliveries: 0)
        for consumer in consumers.values.compactMap({ $0.request.queue == queue ? $0.consumer : nil }) {
            holdings.consumers += 1
            holdings.deliveries += await consumer.channel.unsettledDeliveries
        }
        return holdings
    }

    func next(_ number: Int, upTo count: Int, linger: Duration) async throws(AMQPError) -> [AMQPDelivery] {
        while true {
            guard let state = consumers[number] else { throw AMQPError(.closed, "the consumer was closed") }
            if state.isCancelled || Task.isCancelled { return [] }
            guard let consumer = state.consumer else {
                try await retake(state)
                continue
            }
            do throws(AMQPError) {
                let deliveries = try await consumer.next(upTo: count, linger: linger)
                if deliveries.isEmpty, !state.isCancelled, !Task.isCancelled, consumers[number] != nil { continue }
                return deliveries
            } catch {
                if state.consumer === consumer { state.consumer = nil }
                guard consumers[number] != nil else { throw AMQPError(.closed, "the consumer was closed") }
                if state.isCancelled { return [] }
                // The connection lives: the queue was deleted, or the channel closed. Perhaps both can be made again.
                guard let connection, await connection.endReason == nil else { throw error }
                await consumer.channel.close()
                do throws(AMQPError) { try await topology(connection) } catch let failure {
                    state.failure = failure
                    state.failureTime = .now
                    throw failure
                }
                await take(state, connection)
                if state.consumer == nil, let failure = state.failure { throw failure }
            }
        }
    }

    /// Waits a while for the session to open the consumer again, or opens it.
    private func retake(_ state: SessionConsumerState) async throws(AMQPError) {
        let deadline = ContinuousClock.now + Self.pause
        while true {
            let count = changes.count
            if state.consumer != nil || state.isCancelled || Task.isCancelled { return }
            if let connection, !state.isOpening, (state.failureTime.map { .now - $0 >= Self.pause } ?? true) {
                await take(state, connection)
                if let failure = state.failure { throw failure }
                continue
            }
            let rest = deadline - .now
            guard rest > .zero else {
                if connection != nil, let failure = state.failure { throw failure }
                throw awayReason
            }
            await changes.wait(after: count, timeout: rest)
            if case .closed = self.state { throw awayReason }
        }
    }

    func settle(_ number: Int, _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement) async throws(AMQPError) {
        guard let state = consumers[number] else { throw AMQPError(.closed, "the consumer was closed") }
        guard tags.contains(where: { $0.epoch == state.epoch }) else { return }
        guard let consumer = state.consumer else { throw awayReason }
        try await consumer.settle(tags, settlement)
    }

    /// One consumer follows the other on the same channel: when that closes, the broker gives back all deliveries in one
    /// step, each to its place.
    func holdMore(_ number: Int) async throws(AMQPError) {
        guard let state = consumers[number], !state.isCancelled else {
            throw AMQPError(.closed, "the consumer was closed")
        }
        guard let before = state.consumer else { throw awayReason }
        var request = state.request
        request.tag = nil
        let next = try await before.channel.connection.consume(request, epoch: before.epoch, before.channel)
        if state.consumer === before { state.consumer = next }
        try await before.cancel()
        // Somebody has cancelled meanwhile, and only the consumer that ends now was known.
        if state.isCancelled { try await next.cancel() }
    }

    func cancel(_ number: Int) async {
        guard let state = consumers[number], !state.isCancelled else { return }
        state.isCancelled = true
        changes.changed()
        // A broker that is away has ended the consumer already.
        try? await state.consumer?.cancel()
    }

    func closeConsumer(_ number: Int) async {
        guard let state = consumers.removeValue(forKey: number) else { return }
        state.isCancelled = true
        changes.changed()
        await state.consumer?.channel.close()
    }
}
