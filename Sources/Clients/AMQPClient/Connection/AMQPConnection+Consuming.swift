import AMQPWire
import Bytes
import Connections
import EventLoops

/// Consumers and settling.
extension AMQPConnection {
    func consume(
        _ request: AMQPConsumer.Request, epoch: UInt32, _ channel: AMQPChannel
    ) async throws(AMQPError) -> AMQPConsumer {
        namedConsumers += 1
        let tag = request.tag ?? "c\(channel.number).\(namedConsumers)"
        let methods: [Method]
        do throws(WireError) { methods = try request.methods(tag: tag) } catch {
            throw AMQPError(.unencodable, error.message)
        }
        let state = try state(of: channel)
        guard state.consumers[tag] == nil else {
            throw AMQPError(.notAllowed, "the channel has a consumer \(tag) already")
        }
        let machine = ConsumerMachine(prefetch: request.prefetch, epoch: epoch)
        state.consumers[tag] = ConsumerState(tag: tag, unsettledBefore: state.deliveries.count, machine)
        do throws(AMQPError) {
            for method in methods { _ = try await self.request(method, channel) }
        } catch {
            state.consumers[tag] = nil
            throw error
        }
        return AMQPConsumer(channel: channel, tag: tag, epoch: epoch)
    }

    /// How many deliveries the channel has got; none after its end.
    func deliveries(of channel: AMQPChannel) -> UInt64 { (try? state(of: channel).deliveries.total) ?? 0 }

    func unsettledDeliveries(of channel: AMQPChannel) -> Int { (try? state(of: channel).deliveries.count) ?? 0 }

    func delivered(
        _ state: ChannelState, _ deliver: BasicDeliver, _ header: ContentHeader, _ body: [UInt8]
    ) throws(WireError) {
        try state.deliveries.delivered(deliver.deliveryTag)
        guard let consumer = state.consumers[deliver.consumerTag] else {
            return try settle([deliver.deliveryTag], .requeue, state)
        }
        switch try consumer.machine.delivered(deliver, header, body) {
        case .news: consumersWithNews.append((state, consumer))
        case .kept: break
        case .refused: try settle([deliver.deliveryTag], .requeue, state)
        }
    }

    nonisolated func next(
        upTo count: Int, linger: Duration, _ tag: String, _ channel: AMQPChannel
    ) async throws(AMQPError) -> [AMQPDelivery] {
        let isCancelled = Latch<Void>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter { $0.next(upTo: count, linger: linger, tag, channel, (isCancelled, continuation)) }
            }
        } onCancel: {
            isCancelled.set(())
            enterLater { connection in
                guard let state = try? connection.state(of: channel), let consumer = state.consumers[tag],
                    consumer.caller?.isCancelled === isCancelled
                else { return }
                connection.perform(consumer.machine.callCancelled(), consumer, state)
            }
        }
        return try result.get()
    }

    private func next(
        upTo count: Int, linger: Duration, _ tag: String, _ channel: AMQPChannel, _ caller: ConsumerState.Caller
    ) {
        do throws(AMQPError) {
            let state = try state(of: channel)
            // A consumer that this side has cancelled is forgotten once the broker has answered; a call may be cancelled
            // before it has come here.
            guard let consumer = state.consumers[tag], caller.isCancelled.value == nil else {
                return caller.continuation.resume(returning: .success([]))
            }
            let action: ConsumerMachine.Action
            do throws(ConsumerMachine.Refusal) {
                action = try consumer.machine.next(
                    upTo: count, linger: linger, unsettled: state.deliveries.count - consumer.unsettledBefore)
            } catch {
                throw AMQPError(error)
            }
            consumer.caller = caller
            perform(action, consumer, state)
        } catch {
            caller.continuation.resume(returning: .failure(error))
        }
    }

    /// Gives a waiting caller what has come, if it is enough.
    func serve(_ consumer: ConsumerState, _ state: ChannelState) {
        let unsettled = state.deliveries.count - consumer.unsettledBefore
        perform(consumer.machine.serve(unsettled: unsettled), consumer, state)
    }

    private func perform(_ action: ConsumerMachine.Action, _ consumer: ConsumerState, _ state: ChannelState) {
        switch action {
        case .wait: break
        case .give(let deliveries): consumer.resume(.success(deliveries))
        case .linger(let time, let call):
            let (channel, tag) = (state.handle, consumer.tag)
            executor.schedule(after: time) { self.assumeIsolated { $0.lingered(call, tag, channel) } }
        }
    }

    private func lingered(_ call: UInt64, _ tag: String, _ channel: AMQPChannel) {
        guard let state = try? state(of: channel), let consumer = state.consumers[tag] else { return }
        perform(consumer.machine.lingered(call), consumer, state)
    }

    func cancel(_ tag: String, _ channel: AMQPChannel) async throws(AMQPError) {
        guard let state = try? state(of: channel), let consumer = state.consumers[tag],
            let (untaken, tellsBroker) = consumer.machine.cancel()
        else { return }
        consumer.resume(.success([]))
        do throws(WireError) { try settle(untaken, .requeue, state) } catch { violated(error) }
        if tellsBroker { _ = try await request(.basicCancel(consumerTag: tag, noWait: false), channel) }
        state.consumers[tag] = nil
    }

    func cancelledByBroker(_ state: ChannelState, _ tag: String) {
        guard let consumer = state.consumers[tag], consumer.machine.cancelledByBroker() else { return }
        consumer.resume(.failure(AMQPError(.ended)))
    }

    nonisolated func settle(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement, _ channel: AMQPChannel
    ) async throws(AMQPError) {
        let isFull = try await withCheckedContinuation { continuation in
            enter { connection in
                continuation.resume(returning: connection.take(tags, settlement, channel))
            }
        }.get()
        guard isFull else { return }
        await waitForRoom()
        if let reason = await endReason { throw reason }
    }

    /// - Returns: whether so much is to be written now that the caller should wait.
    private func take(
        _ tags: [AMQPDeliveryTag], _ settlement: AMQPSettlement, _ channel: AMQPChannel
    ) -> Result<Bool, AMQPError> {
        Result { () throws(AMQPError) in
            let state = try state(of: channel)
            do throws(WireError) { try settle(tags.map(\.number), settlement, state) } catch { violated(error) }
            return encoder.bytes.count >= writer.limit
        }
    }

    private func settle(_ numbers: [UInt64], _ settlement: AMQPSettlement, _ state: ChannelState) throws(WireError) {
        for batch in state.deliveries.settle(numbers) { try send(batch.method(settlement), state.number) }
    }
}
