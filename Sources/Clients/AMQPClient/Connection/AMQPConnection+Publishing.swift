import AMQPWire
import Bytes
import Connections
import EventLoops

/// Publishing with confirms: the hot path. A call is one batch with one continuation; a message is one ledger entry.
extension AMQPConnection {
    nonisolated(nonsending) func publish(_ messages: [AMQPOutgoing], _ channel: AMQPChannel) async
        -> [AMQPPublishOutcome]
    {
        guard !messages.isEmpty else { return [] }
        if !channel.isConfirming {
            do throws(AMQPError) {
                try await confirmSelect(channel)
            } catch {
                return Array(repeating: .failed(error), count: messages.count)
            }
        }
        return await withCheckedContinuation { continuation in
            enter { $0.publish(messages, channel, continuation) }
        }
    }

    private func publish(
        _ messages: [AMQPOutgoing], _ channel: AMQPChannel,
        _ continuation: CheckedContinuation<[AMQPPublishOutcome], Never>
    ) {
        do throws(AMQPError) {
            let state = try self.state(of: channel)
            guard state.waiting.isEmpty || state.waitingMessages + messages.count <= configuration.waitingMessages
            else { throw AMQPError(.blocked, "\(state.waitingMessages) messages wait to be sent already") }
            state.waiting.append(PublishBatch(messages, sendDeadline: .now + configuration.sendTimeout, continuation))
            state.waitingMessages += messages.count
            pumpPublishes(state)
        } catch {
            continuation.resume(returning: Array(repeating: .failed(error), count: messages.count))
        }
    }

    /// Sends what waits on every channel, as far as there is room.
    func pumpPublishes() {
        for state in channels.values where !state.waiting.isEmpty { pumpPublishes(state) }
    }

    /// Sends what waits, as far as there is room.
    func pumpPublishes(_ state: ChannelState) {
        guard let first = state.waiting.first, canPublish(first.messages[first.sent], state) else { return }
        let confirmDeadline = ContinuousClock.now + configuration.confirmTimeout
        while let batch = state.waiting.first {
            while batch.sent < batch.messages.count {
                let message = batch.messages[batch.sent]
                guard canPublish(message, state) else { return }
                let index = batch.sent
                batch.sent += 1
                state.waitingMessages -= 1
                do throws(WireError) {
                    try encoder.publish(
                        BasicPublish(
                            exchange: message.exchange, routingKey: message.routingKey, mandatory: message.mandatory),
                        properties: message.properties, body: message.body, channel: state.number)
                    state.confirms.published(PublishToken(batch: batch, index: index), isMandatory: message.mandatory)
                    state.unconfirmedBytes += message.body.count
                    batch.confirmDeadline = confirmDeadline
                } catch {
                    batch.settle(index, .failed(AMQPError(.unencodable, error.message)))
                }
            }
            _ = state.waiting.popFirst()
        }
        wakeWriter()
    }

    private func canPublish(_ message: AMQPOutgoing, _ state: ChannelState) -> Bool {
        let canPublish =
            blockedReason == nil && state.machine.isFlowing && life.isOpen
            && encoder.bytes.count < writer.limit && state.confirms.count < configuration.unconfirmedMessages
            && (state.unconfirmedBytes == 0
                || state.unconfirmedBytes + message.body.count <= configuration.unconfirmedBytes)
        if !canPublish { wakeWriter() }
        return canPublish
    }

    func returned(
        _ state: ChannelState, _ method: BasicReturn, _ header: ContentHeader, _ body: [UInt8]
    ) throws(WireError) {
        let message = ReturnedMessage(method, header, body)
        // Two messages of the same content cannot be told apart, and need not be: the outcome of either holds for both.
        let token =
            state.confirms.returned { $0.message.isSame(as: message, isExact: true) }
            ?? state.confirms.returned { $0.message.isSame(as: message, isExact: false) }
        guard let token else {
            // The message's acknowledgement will come, and must not count for a message that is stored.
            throw WireError(replyCode: 503, message: "a returned message that was not published")
        }
        token.batch.returned(token.index, method)
    }

    func confirmed(_ state: ChannelState, _ number: UInt64, multiple: Bool, isNegative: Bool) throws(WireError) {
        var settledBytes = 0
        try state.confirms.settled(number, multiple: multiple, isNegative: isNegative) { token, settlement in
            settledBytes += token.batch.messages[token.index].body.count
            switch settlement {
            case .acknowledged: token.batch.settle(token.index, .confirmed)
            case .refused: token.batch.settle(token.index, .nacked)
            case .returned: token.batch.settleReturned(token.index)
            }
        }
        state.unconfirmedBytes -= settledBytes
    }

    /// Ends what waited too long to be sent or to be confirmed.
    func expirePublishes(_ state: ChannelState, _ now: ContinuousClock.Instant) {
        while let batch = state.waiting.first, now >= batch.sendDeadline {
            _ = state.waiting.popFirst()
            state.waitingMessages -= batch.messages.count - batch.sent
            let reason =
                if let blockedReason {
                    AMQPError(.blocked, "the broker takes no messages: \(blockedReason)")
                } else {
                    AMQPError(.blocked, "the broker did not take messages in time")
                }
            for index in batch.sent..<batch.messages.count { batch.settle(index, .failed(reason)) }
        }
        state.confirms.visitUnsettled { token in
            guard let deadline = token.batch.confirmDeadline, now >= deadline else { return false }
            token.batch.settle(token.index, .unknown(AMQPError(.timedOut, "the broker did not confirm in time")))
            return true
        }
    }
}

extension AMQPOutgoing {
    fileprivate func isSame(as returned: ReturnedMessage, isExact: Bool) -> Bool {
        returned.matches(
            exchange: exchange, routingKey: routingKey, properties: properties, body: body, isExact: isExact)
    }
}
