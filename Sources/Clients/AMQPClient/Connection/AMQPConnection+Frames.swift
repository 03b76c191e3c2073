import AMQPWire
import Bytes
import Connections
import EventLoops
import Network

/// Reading, writing, and what frames mean.
extension AMQPConnection {
    func received(_ input: ByteStream.Input) {
        guard !life.isEnded else { return }
        switch input {
        case .end: return end(lost("the broker closed the connection"))
        case .failure(let error): return end(lost("the connection broke: \(error)"))
        case .bytes(let bytes):
            heartbeat.received(at: .now)
            decoder.append(bytes)
        }
        do throws(WireError) {
            while let frame = try decoder.next() { try received(frame) }
        } catch {
            violated(error)
        }
        for (state, consumer) in consumersWithNews { serve(consumer, state) }
        if !consumersWithNews.isEmpty, consumersWithNews.allSatisfy({ $1.machine.isPatient }) {
            stream.assumeIsolated { $0.pauseInput(for: Self.inputPause) }
        }
        consumersWithNews.removeAll(keepingCapacity: true)
        pumpPublishes()
    }

    /// A broker sends ten messages at a time, and would wake this side every ten messages.
    private static var inputPause: Duration { .milliseconds(1) }

    func send(_ method: Method, _ channel: UInt16) throws(WireError) {
        try encoder.method(method, channel: channel)
        wakeWriter()
    }

    /// Answers the peer, unless it asks and does not read the answers.
    private func answer(_ method: Method, _ channel: UInt16) throws(WireError) {
        guard encoder.bytes.count < 2 * writer.limit else {
            throw WireError(replyCode: 506, message: "the broker asks and does not read the answers")
        }
        try send(method, channel)
    }

    func lost(_ message: String) -> AMQPError {
        if machine.isAuthenticating {
            return AMQPError(.accessRefused, "\(message) during login: it probably refused the user or the password")
        }
        return AMQPError(.connectionLost, message)
    }

    /// The peer broke the rules: it is told, as section 4.2.2 asks, and the connection ends.
    func violated(_ error: WireError) {
        drain(AMQPError(.protocolViolation, "the broker broke the protocol: \(error.message)"))
        let text = String(error.message.prefix(60))
        perform(machine.violated(CloseReason(replyCode: error.replyCode, replyText: text)))
    }

    func perform(_ actions: [ConnectionMachine.Action]) {
        for action in actions {
            switch action {
            case .sendProtocolHeader:
                encoder.protocolHeader()
                wakeWriter()
            case .send(let method):
                do throws(WireError) {
                    try send(method, 0)
                } catch {
                    end(AMQPError(.unencodable, "login or closing does not fit its fields: \(error.message)"))
                }
            case .tuned(let tuning):
                decoder.limits.frameMax = Int(tuning.frameMax)
                encoder.frameMax = Int(tuning.frameMax)
                heartbeat = HeartbeatTimer(interval: configuration.heartbeatInterval(tuning), now: .now)
            case .opened:
                opened()
            case .blocked(let reason):
                blockedChanged(reason)
            case .unblocked:
                blockedChanged(nil)
            case .secretUpdated:
                secretWaiters.popFirst()?.resume(returning: nil)
            case .closed(let reason):
                drain(
                    reason.map { AMQPError($0, of: .connection) } ?? AMQPError(.closed, "closed by the client"))
            }
        }
    }

    private func received(_ frame: Frame) throws(WireError) {
        switch try machine.received(frame) {
        case .nobody: break
        case .connection(let actions): perform(actions)
        case .channel(let number):
            if let state = channels[number] {
                try received(frame, number, state)
            } else if let method = try ChannelMachine.receivedUnopened(frame, number) {
                try answer(method, number)
            }
        }
    }

    private func received(_ frame: Frame, _ number: UInt16, _ state: ChannelState) throws(WireError) {
        switch try state.machine.received(frame) {
        case .wait:
            break
        case .answered(let method):
            answered(state, .method(method))
        case .got(let got, let header, let body):
            try state.deliveries.delivered(got.deliveryTag)
            answered(state, .delivery(AMQPDelivery(got, header, body)))
        case .delivered(let deliver, let header, let body):
            try delivered(state, deliver, header, body)
        case .returned(let method, let header, let body):
            try state.publishes.returned(method, header, body)
        case .confirmed(let number, let multiple, let isNegative):
            try state.publishes.confirmed(number, multiple: multiple, isNegative: isNegative)
            finishPublishes(state)
        case .cancelled(let tag, let answer):
            if answer { try self.answer(.basicCancelOk(consumerTag: tag), number) }
            cancelledByBroker(state, tag)
        case .flow(let active):
            try answer(.channelFlowOk(active: active), number)
        case .closedByPeer(let reason):
            try answer(.channelCloseOk, number)
            endChannel(state, AMQPError(reason, of: .channel), isNumberFree: true)
        case .crossed:
            try answer(.channelCloseOk, number)
            state.closeWaiters.resumeAll()
        case .closed:
            endChannel(state, .channelWasClosed, isNumberFree: true)
        }
    }
}
