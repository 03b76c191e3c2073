import AMQPWire
import Connections

/// What the session knows of a consumer. Confined to the session's actor.
final class SessionConsumerState {
    let request: AMQPConsumer.Request
    /// What consumes and holds on the current connection; nil while nothing does.
    var pages: HeldPages? { didSet { current.value = pages } }
    /// The consumer on the current connection that takes deliveries.
    var consumer: AMQPConsumer? { pages?.current }
    /// Whether the queue counts an ended consumer as long as it holds deliveries, as RabbitMQ's quorum queues do.
    var keepsEnded = false
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
            state.pages = HeldPages(consumer)
            state.keepsEnded = false
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
        for pages in consumers.values.compactMap({ $0.request.queue == queue ? $0.pages : nil }) {
            holdings.consumers += 1
            for channel in pages.channels { holdings.deliveries += await channel.unsettledDeliveries }
        }
        return holdings
    }

    func next(_ number: Int, upTo count: Int, linger: Duration) async throws(AMQPError) -> [AMQPDelivery] {
        while true {
            guard let state = consumers[number] else { throw AMQPError(.closed, "the consumer was closed") }
            if state.isCancelled || Task.isCancelled { return [] }
            guard let pages = state.pages else {
                try await retake(state)
                continue
            }
            do throws(AMQPError) {
                let deliveries = try await pages.next(upTo: count, linger: linger)
                if deliveries.isEmpty, !state.isCancelled, !Task.isCancelled, consumers[number] != nil { continue }
                return deliveries
            } catch {
                if state.consumer === pages.current { state.pages = nil }
                guard consumers[number] != nil else { throw AMQPError(.closed, "the consumer was closed") }
                if state.isCancelled { return [] }
                // The connection lives: the queue was deleted, or the channel closed. Perhaps both can be made again.
                guard let connection, await connection.endReason == nil else { throw error }
                for channel in pages.channels { await channel.close() }
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
        guard let pages = state.pages else { throw awayReason }
        try await pages.settle(tags, settlement)
    }

    /// One consumer follows the other, on another channel when the last one holds enough. The next one begins before the
    /// last one ends, so that others see all the time that the queue is read.
    func holdMore(_ number: Int, _ count: Int) async throws(AMQPError) {
        guard let state = consumers[number], !state.isCancelled else {
            throw AMQPError(.closed, "the consumer was closed")
        }
        guard let before = state.consumer else { throw awayReason }
        var request = state.request
        request.tag = nil
        request.prefetch = count
        let connection = before.channel.connection
        let isFull = await before.channel.unsettledDeliveries >= configuration.heldDeliveries
        let hasRoom = await connection.hasSpareChannels
        let channel = isFull && hasRoom ? try await connection.openChannel() : before.channel
        let next: AMQPConsumer
        do throws(AMQPError) {
            next = try await connection.consume(request, epoch: before.epoch, channel)
            try await before.cancel()
        } catch {
            if channel !== before.channel { await channel.close() }
            throw error
        }
        let isFirst = state.pages?.channels.count == 1
        let delivered = await connection.deliveries(of: before.channel)
        if state.consumer === before { state.pages?.follow(next, after: delivered) }
        if isFirst, channel !== before.channel {
            state.keepsEnded = try await channel.consumers(of: request.queue) > 1
        }
        // Somebody has cancelled or closed meanwhile, and only the consumer that ended was known.
        if state.isCancelled { try await next.cancel() }
        if consumers[number] == nil { await channel.close() }
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
        await state.pages?.giveBack(
            countingEndedOf: state.keepsEnded ? state.request.queue : nil, timeout: configuration.givingBackTimeout)
    }
}
