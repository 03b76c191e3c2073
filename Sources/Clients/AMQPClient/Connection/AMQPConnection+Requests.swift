import AMQPWire
import Bytes
import Connections
import EventLoops

/// Requests on channels, one at a time each.
extension AMQPConnection {
    /// - Throws: why the channel has ended.
    func state(of channel: AMQPChannel) throws(AMQPError) -> ChannelState {
        if let reason = channel.endReason { throw reason }
        if !life.isOpen, let reason = life.reason { throw reason }
        guard let state = channels[channel.number], state.handle === channel else {
            throw AMQPError.channelWasClosed
        }
        return state
    }

    func request(_ method: Method, _ channel: AMQPChannel) async throws(AMQPError) -> Method {
        guard case .method(let answer) = try await reply(to: method, channel) else {
            throw AMQPError(.protocolViolation, "a message where an answer was expected")
        }
        return answer
    }

    func get(_ queue: String, _ channel: AMQPChannel) async throws(AMQPError) -> AMQPDelivery? {
        guard case .delivery(let delivery) = try await reply(to: .basicGet(queue: queue, noAck: false), channel) else {
            return nil
        }
        return delivery
    }

    func confirmSelect(_ channel: AMQPChannel) async throws(AMQPError) {
        guard !channel.isConfirming else { return }
        _ = try await request(.confirmSelect(noWait: false), channel)
        channel.beginConfirming()
    }

    private func reply(to method: Method, _ channel: AMQPChannel) async throws(AMQPError) -> Reply {
        let result = await withCheckedContinuation { continuation in
            do throws(AMQPError) {
                let state = try state(of: channel)
                state.requests.append(PendingRequest(method: method, continuation: continuation))
                pumpRequests(state)
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// Sends the next request, if there is one and the last one is answered.
    func pumpRequests(_ state: ChannelState) {
        while state.machine.isReady, var request = state.requests.popFirst() {
            do throws(WireError) {
                try send(request.method, state.number)
                state.machine.requested(request.method)
                request.deadline = .now + configuration.requestTimeout
                state.request = request
            } catch {
                request.continuation.resume(returning: .failure(AMQPError(.unencodable, error.message)))
            }
        }
    }

    func answered(_ state: ChannelState, _ reply: Reply) {
        let request = state.request
        state.request = nil
        request?.continuation.resume(returning: .success(reply))
        pumpRequests(state)
    }

    func closeChannel(_ channel: AMQPChannel, requeuing isRequeuing: Bool = false, timeout: Duration? = nil) async {
        await withCheckedContinuation { continuation in
            guard let state = try? state(of: channel) else { return continuation.resume() }
            state.closeWaiters.enter(continuation, state.closeWaiters.nextID())
            if isRequeuing, state.deliveries.count > 0 {
                let all = Method.basicNack(deliveryTag: 0, multiple: true, requeue: true)
                do throws(WireError) { try send(all, state.number) } catch { violated(error) }
            }
            beginClosing(state, .channelWasClosed, timeout: timeout)
        }
    }

    /// Sends channel.close and fails everything that waits; the number is free again after close-ok.
    private func beginClosing(_ state: ChannelState, _ reason: AMQPError, timeout: Duration? = nil) {
        let waiters = state.closeWaiters
        state.closeWaiters = Waiters()
        endChannel(state, reason, isNumberFree: false)
        state.closeWaiters = waiters
        guard state.machine.close() else { return }
        state.closeDeadline = .now + (timeout ?? configuration.requestTimeout)
        let close = Method.channelClose(CloseReason(replyCode: 200, replyText: reason.code.description))
        do throws(WireError) { try send(close, state.number) } catch { violated(error) }
    }

    /// Ends what is overdue on a channel.
    func expire(_ state: ChannelState, _ now: ContinuousClock.Instant) {
        if let deadline = state.request?.deadline, now >= deadline {
            // A late answer could not be told from the answer to the next request: the channel ends too.
            beginClosing(state, AMQPError(.timedOut, "the broker did not answer a request in time"))
        }
        if let deadline = state.closeDeadline, now >= deadline {
            // The number stays taken: a late close-ok must not meet a new channel.
            state.closeWaiters.resumeAll()
            state.closeDeadline = nil
        }
        state.publishes.expire(at: now, blocked: blockedReason)
        finishPublishes(state)
    }
}
