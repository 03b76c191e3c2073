import AMQPWire
import Bytes
import Connections
import EventLoops

/// Publishing with confirms: the hot path. A call is one batch of the channel's window, with one continuation.
extension AMQPConnection {
    nonisolated(nonsending) func publish(_ messages: [AMQPOutgoing], _ channel: AMQPChannel) async
        -> [AMQPPublishOutcome]
    {
        guard !messages.isEmpty else { return [] }
        do throws(AMQPError) {
            if !channel.isConfirming { try await confirmSelect(channel) }
        } catch {
            return Array(repeating: .failed(error), count: messages.count)
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
            guard state.publishes.add(messages, at: .now) != nil else {
                throw AMQPError(.blocked, "\(state.publishes.waitingMessages) messages wait to be sent already")
            }
            state.publishers.append(continuation)
            pumpPublishes(state)
        } catch {
            continuation.resume(returning: Array(repeating: .failed(error), count: messages.count))
        }
    }

    /// Sends what waits on every channel, as far as there is room.
    func pumpPublishes() {
        for state in channels.values { pumpPublishes(state) }
    }

    private func pumpPublishes(_ state: ChannelState) {
        guard state.publishes.isWaiting else { return }
        if blockedReason == nil, state.machine.isFlowing, life.isOpen {
            state.publishes.send(to: &encoder, channel: state.number, upTo: writer.limit, at: .now)
            finishPublishes(state)
        }
        wakeWriter()
    }

    /// Tells those whose batches have finished.
    func finishPublishes(_ state: ChannelState) {
        while let batch = state.publishes.popFinished() {
            var outcomes = [AMQPPublishOutcome](repeating: .confirmed, count: batch.count)
            for (index, failure) in batch.failures {
                outcomes[index] = AMQPPublishOutcome(failure, channelEnded: state.handle.endReason ?? .channelWasClosed)
            }
            state.publishers.update(batch.batch) { publisher in
                publisher?.resume(returning: outcomes)
                publisher = nil
            }
        }
        state.publishers.removeFirst { $0 == nil }
    }
}
