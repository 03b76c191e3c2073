import AMQPWire
import Bytes
import Connections
import EventLoops

/// Consumers and settling.
extension AMQPConnection {
    func consume(
        _ request: AMQPConsumer.Request, epoch: UInt32, _ channel: AMQPChannel
    ) async throws(AMQPError) -> AMQPConsumer {
        guard let prefetch = UInt16(exactly: request.prefetch), prefetch > 0 else {
            throw AMQPError(.unencodable, "a prefetch is 1 ... 65,535, not \(request.prefetch)")
        }
        // Named by this side, so that the consumer is known before its first delivery.
        namedConsumers += 1
        let tag = request.tag ?? "c\(channel.number).\(namedConsumers)"
        guard try state(of: channel).consumers[tag] == nil else {
            throw AMQPError(.notAllowed, "the channel has a consumer \(tag) already")
        }
        let consumer = ConsumerState(tag: tag, epoch: epoch, prefetch: request.prefetch)
        try state(of: channel).consumers[tag] = consumer
        var consume = BasicConsume(queue: request.queue, consumerTag: tag)
        consume.exclusive = request.exclusive
        consume.arguments = request.arguments
        do throws(AMQPError) {
            _ = try await self.request(.basicQos(prefetchSize: 0, prefetchCount: prefetch, global: false), channel)
            _ = try await self.request(.basicConsume(consume), channel)
        } catch {
            if let state = try? state(of: channel) { state.consumers[tag] = nil }
            throw error
        }
        return AMQPConsumer(channel: channel, tag: tag, epoch: epoch)
    }

    func delivered(
        _ state: ChannelState, _ deliver: BasicDeliver, _ header: ContentHeader, _ body: [UInt8]
    ) throws(WireError) {
        try state.deliveries.delivered(deliver.deliveryTag)
        guard let consumer = state.consumers[deliver.consumerTag], !consumer.isCancelled else {
            // The consumer has gone: the message goes back to its queue.
            return try settle([deliver.deliveryTag], .requeue, state)
        }
        guard consumer.buffer.count < consumer.prefetch else {
            throw WireError(replyCode: 506, message: "more deliveries than the prefetch of \(consumer.prefetch)")
        }
        consumer.buffer.append(
            AMQPDelivery(
                tag: AMQPDeliveryTag(epoch: consumer.epoch, number: deliver.deliveryTag),
                redelivered: deliver.redelivered, exchange: deliver.exchange, routingKey: deliver.routingKey,
                header: header, body: body))
        guard !consumer.hasNews else { return }
        consumer.hasNews = true
        consumersWithNews.append((state, consumer))
    }

    nonisolated func next(
        upTo count: Int, linger: Duration, _ tag: String, _ channel: AMQPChannel
    ) async throws(AMQPError) -> [AMQPDelivery] {
        let call = ConsumerState.Call(count: max(count, 1), linger: linger)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter { $0.wait(ConsumerState.Waiter(call: call, continuation: continuation), tag, channel) }
            }
        } onCancel: {
            call.cancel()
            enterLater { connection in
                guard let consumer = (try? connection.state(of: channel))?.consumers[tag],
                    consumer.waiter?.call === call
                else { return }
                consumer.resume(.success([]))
            }
        }
        return try result.get()
    }

    private func wait(_ waiter: ConsumerState.Waiter, _ tag: String, _ channel: AMQPChannel) {
        do throws(AMQPError) {
            let state = try state(of: channel)
            // A consumer that this side has cancelled is forgotten once the broker has answered.
            guard let consumer = state.consumers[tag], !consumer.isCancelled, !waiter.call.isCancelled else {
                return waiter.continuation.resume(returning: .success([]))
            }
            if let reason = consumer.endReason { throw reason }
            guard consumer.waiter == nil else {
                throw AMQPError(.notAllowed, "another task takes deliveries of this consumer already")
            }
            consumer.waiter = waiter
            serve(consumer, state)
        } catch {
            waiter.continuation.resume(returning: .failure(error))
        }
    }

    /// Whether a caller is given what is buffered now. When all that the broker may send is there, nothing more will
    /// come, however much the caller wants.
    private func isEnough(_ consumer: ConsumerState, _ state: ChannelState, _ call: ConsumerState.Call) -> Bool {
        guard !consumer.buffer.isEmpty else { return false }
        return call.linger <= .zero || consumer.buffer.count >= call.count
            || state.deliveries.count >= consumer.prefetch
    }

    /// Gives a waiting caller what has come, if it is enough.
    func serve(_ consumer: ConsumerState, _ state: ChannelState) {
        guard let waiter = consumer.waiter, !consumer.buffer.isEmpty else { return }
        if isEnough(consumer, state, waiter.call) {
            consumer.resume(.success(consumer.buffer.pop(upTo: waiter.call.count)))
        } else if !waiter.isLingering {
            consumer.waiter?.isLingering = true
            let (channel, tag, call) = (state.handle, consumer.tag, waiter.call)
            executor.schedule(after: call.linger) {
                self.assumeIsolated { $0.lingered(channel, tag, call) }
            }
        }
    }

    private func lingered(_ channel: AMQPChannel, _ tag: String, _ call: ConsumerState.Call) {
        guard let consumer = (try? state(of: channel))?.consumers[tag], consumer.waiter?.call === call else { return }
        consumer.resume(.success(consumer.buffer.pop(upTo: call.count)))
    }

    func cancel(_ tag: String, _ channel: AMQPChannel) async throws(AMQPError) {
        guard let state = try? state(of: channel), let consumer = state.consumers[tag], !consumer.isCancelled else {
            return
        }
        consumer.isCancelled = true
        consumer.resume(.success([]))
        let untaken = consumer.buffer.drain().map(\.tag.number)
        do throws(WireError) { try settle(untaken, .requeue, state) } catch { violated(error) }
        if consumer.endReason == nil { _ = try await request(.basicCancel(consumerTag: tag, noWait: false), channel) }
        state.consumers[tag] = nil
    }

    func cancelledByBroker(_ state: ChannelState, _ tag: String) {
        guard let consumer = state.consumers[tag], consumer.endReason == nil else { return }
        let reason = AMQPError(.consumerCancelled, "the broker ended the consumer: its queue was deleted or has moved")
        consumer.endReason = reason
        _ = consumer.buffer.drain()
        consumer.resume(.failure(reason))
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
        for batch in state.deliveries.settle(numbers) {
            switch settlement {
            case .acknowledge:
                try send(.basicAck(deliveryTag: batch.number, multiple: batch.multiple), state.number)
            case .requeue, .reject:
                try send(
                    .basicNack(
                        deliveryTag: batch.number, multiple: batch.multiple, requeue: settlement == .requeue),
                    state.number)
            }
        }
    }
}
