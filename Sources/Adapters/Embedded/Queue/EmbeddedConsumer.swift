import Messaging

/// Takes messages from one embedded queue. Messages are claimed in the store when the consumer asks for them, and never
/// fetched ahead.
final class EmbeddedConsumer: Consumer {
    private let engine: QueueEngine
    private let id: Int64
    private let prefetch: Int

    init(engine: QueueEngine, id: Int64, prefetch: Int) {
        self.engine = engine
        self.id = id
        self.prefetch = prefetch
    }

    func next(upTo count: Int, linger: Duration) async throws(MessagingError) -> [Delivery] {
        let ticket = WaitTicket()
        let answer: Wait.Answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wait = Wait(
                    consumer: id, count: max(1, count), linger: linger, ticket: ticket, continuation: continuation)
                if !engine.post(.wait(wait)) { continuation.resume(returning: .failure(.brokerClosed)) }
            }
        } onCancel: {
            ticket.cancel()
            engine.requestTurn()
        }
        return try answer.get().map { $0.delivery() }
    }

    func settle(_ tags: [DeliveryTag], _ settlement: Settlement) async throws(MessagingError) {
        guard !tags.isEmpty else { return }
        let failure: MessagingError? = await withCheckedContinuation { continuation in
            let request = SettleRequest(
                consumer: id, tags: tags, settlement: settlement, continuation: continuation)
            if !engine.post(.settle(request)) { continuation.resume(returning: .brokerClosed) }
        }
        if let failure { throw failure }
    }

    func holdMore(_ count: Int) async throws(MessagingError) {
        try await engine.operate { [id] state, _ in
            let held = state.consumers[id]?.holdings.count ?? 0
            state.consumers[id]?.prefetch = count > .max - held ? .max : count + held
        }
    }

    func cancel() async {
        await end(.cancelled)
    }

    func close() async {
        await end(.closing)
    }

    private func end(_ phase: QueueEngine.ConsumerRecord.Phase) async {
        await withCheckedContinuation { continuation in
            let request = EndRequest(consumer: id, phase: phase, continuation: continuation)
            if !engine.post(.end(request)) { continuation.resume() }
        }
    }
}
