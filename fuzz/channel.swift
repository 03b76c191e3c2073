/// What a peer sends, as records (see ``Records``), decoded and given to the machines of a connection and its channels;
/// in between, this side does what an application may. Nothing traps, and what is promised of the machines holds.
///
/// The first octet is odd when the handshake is over before the input begins.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChannel(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(start, count)
    guard let first = input.first else { return 0 }
    var client = Client()
    if first & 1 == 1 { client.shakeHands() }
    for (frame, choice) in Records(input.dropFirst()) {
        client.act(choice)
        client.receive(frame)
    }
    client.finish()
    return 0
}

/// A client without I/O.
private struct Client {
    private var decoder = FrameDecoder()
    private var connection = ConnectionMachine(
        ConnectionRequest(
            mechanism: "PLAIN", response: [0, 117, 0, 112], clientProperties: [:],
            tuning: Tuning(channelMax: 3, frameMax: 131_072, heartbeat: 10), virtualHost: "/"))
    private var channels = (0..<4).map { _ in Channel() }
    private var current = 0
    private var timesOpened = 0
    private var isOver = false

    init() {
        handle(connection.start())
    }

    mutating func shakeHands() {
        let start = ConnectionStart(
            versionMajor: 0, versionMinor: 9, serverProperties: [:], mechanisms: "PLAIN", locales: "en_US")
        let tuning = Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60)
        do throws(WireError) {
            for method in [.connectionStart(start), .connectionTune(tuning), .connectionOpenOk] as [Method] {
                handle(try connection.received(method))
            }
        } catch {
            fatalError("the handshake: \(error)")
        }
        check(connection.isOpen, "the handshake is over")
    }

    /// What this side does before the next frame.
    mutating func act(_ choice: UInt8) {
        switch choice {
        case 0...8: channels[current].act(choice)
        case 9: handle(connection.close(CloseReason(replyCode: 200, replyText: "bye")))
        case 10: handle(connection.updateSecret([1], reason: "new"))
        case 11: current = (current + 1) % channels.count
        default: break
        }
    }

    mutating func receive(_ bytes: [UInt8]) {
        decoder.append(bytes)
        let frame: Frame
        do throws(WireError) {
            guard let next = try decoder.next() else { fatalError("a whole frame is not enough") }
            frame = next
        } catch {
            // A client would drop the connection. Here the input goes on, with the machines as they are.
            decoder = FrameDecoder(limits: decoder.limits)
            return
        }
        do throws(WireError) { try receive(frame) } catch {}
    }

    private mutating func receive(_ frame: Frame) throws(WireError) {
        switch try connection.received(frame) {
        case .connection(let actions):
            check(!isOver || actions.isEmpty, "\(actions) after the end")
            handle(actions)
        case .channel(let channel):
            current = Int(channel)
            try channels[current].receive(frame)
        case .nobody: break
        }
    }

    private mutating func handle(_ actions: [ConnectionMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let method):
                var encoder = FrameEncoder(frameMax: 4_096)
                do throws(WireError) {
                    try encoder.method(method, channel: 0)
                } catch {
                    fatalError("an answer that cannot be encoded: \(error)")
                }
            case .tuned(let tuning):
                check(tuning.frameMax >= 4_096 && tuning.frameMax <= 131_072, "frame-max \(tuning.frameMax)")
                check(tuning.channelMax > 0 && tuning.channelMax <= 3, "channel-max \(tuning.channelMax)")
                check(tuning.heartbeat > 0 && tuning.heartbeat <= 10, "heartbeat \(tuning.heartbeat)")
                decoder.limits.frameMax = Int(tuning.frameMax)
            case .opened:
                timesOpened += 1
                check(timesOpened == 1 && connection.isOpen, "opened again")
            case .closed:
                check(!isOver && !connection.isOpen, "closed again")
                isOver = true
            case .sendProtocolHeader, .blocked, .unblocked, .secretUpdated: break
            }
        }
    }

    mutating func finish() {
        for index in channels.indices { channels[index].finish() }
    }
}

/// A channel, with the ledgers and machines that its owner keeps.
private struct Channel {
    private static let bodyMax = 600
    private static let prefetch = 8

    private var machine = ChannelMachine(bodyMax: Self.bodyMax)
    private var confirms = ConfirmLedger<Int>()
    private var publishes = PublishWindow(
        limits: PublishWindow.Limits(
            unconfirmedMessages: .max, unconfirmedBytes: .max, waitingMessages: .max, sendTimeout: .zero,
            confirmTimeout: .seconds(1)), at: .now)
    private var finished = Set<UInt64>()
    private var deliveries = DeliveryLedger()
    private var consumer = ConsumerMachine(prefetch: Self.prefetch, epoch: 1)
    private var lastGiven: UInt64 = 0
    private var published = 0
    private var settled = 0
    private var lastDelivery: UInt64 = 0
    private var isOver = false

    mutating func act(_ choice: UInt8) {
        switch choice {
        case 0: request(isOver ? .channelOpen : .queueDeclare(QueueDeclare(queue: "q")))
        case 1: request(.basicConsume(BasicConsume(queue: "q", consumerTag: "c")))
        case 2: request(.basicGet(queue: "q", noAck: false))
        case 3: request(.basicCancel(consumerTag: "c", noWait: false))
        case 4: request(.confirmSelect(noWait: false))
        case 5, 6:
            confirms.published(published, isMandatory: choice == 5)
            published += 1
            publish(isMandatory: choice == 5)
        case 7:
            for batch in deliveries.settle([lastDelivery, lastDelivery / 2, 1]) {
                check(batch.number > 0 && batch.number <= lastDelivery, "settles \(batch.number) of \(lastDelivery)")
            }
            take()
        default:
            if machine.close() { check(!isOver && !machine.isReady, "closes again") }
        }
    }

    private mutating func publish(isMandatory: Bool) {
        let message = OutgoingMessage(exchange: "e", routingKey: "k", mandatory: isMandatory, body: [1])
        check(publishes.add([message], at: .now) == UInt64(published), "another number")
        var encoder = FrameEncoder()
        publishes.send(to: &encoder, channel: 1, upTo: .max, at: .now)
        check(!publishes.isWaiting, "a message waits")
    }

    private mutating func finishBatches() {
        while let batch = publishes.popFinished() {
            check(batch.batch > 0 && batch.batch <= published, "batch \(batch.batch) of \(published)")
            check(finished.insert(batch.batch).inserted, "batch \(batch.batch) again")
        }
    }

    /// Takes at most two deliveries; a call that would wait or linger is given up.
    private mutating func take() {
        do throws(ConsumerMachine.Refusal) {
            let linger = Duration.milliseconds(lastDelivery & 1)
            give(try consumer.next(upTo: 2, linger: linger, unsettled: deliveries.count))
            give(consumer.serve(unsettled: deliveries.count))
            give(consumer.callCancelled())
        } catch {
            check(error == .ended, "\(error)")
        }
    }

    private mutating func give(_ action: ConsumerMachine.Action) {
        guard case .give(let messages) = action else { return }
        check(messages.count <= 2, "\(messages.count) deliveries")
        for message in messages {
            check(message.tag.number > lastGiven && message.tag.number <= lastDelivery, "\(message.tag) again")
            lastGiven = message.tag.number
        }
    }

    private mutating func request(_ method: Method) {
        if isOver {
            finish()
            self = Channel()
        }
        if machine.isReady { machine.requested(method) }
    }

    mutating func receive(_ frame: Frame) throws(WireError) {
        let action = try machine.received(frame)
        if case .wait = action { return }
        check(!isOver, "\(action) after the end")
        switch action {
        case .delivered(let deliver, let header, let body):
            try took(deliver.deliveryTag, body)
            check(try consumer.delivered(deliver, header, body) != .refused, "refused")
        case .got(let got, _, let body):
            check(machine.isReady, "basic.get is still under way")
            try took(got.deliveryTag, body)
        case .returned(let returned, let header, let body):
            check(body.count <= Self.bodyMax, "a body of \(body.count) bytes")
            // Seldom one that was published: a client would drop the connection.
            do throws(WireError) { try publishes.returned(returned, header, body) } catch {}
            _ = confirms.returned { _ in returned.replyCode & 1 == 0 }
        case .confirmed(let number, let multiple, let isNegative):
            var last = -1
            var count = 0
            try confirms.settled(number, multiple: multiple, isNegative: isNegative) { token, _ in
                check(token > last, "\(token) after \(last)")
                last = token
                count += 1
            }
            settled += count
            check(confirms.count == published - settled, "\(confirms.count) of \(published) without \(settled)")
            try publishes.confirmed(number, multiple: multiple, isNegative: isNegative)
            finishBatches()
            check(publishes.unconfirmedMessages == confirms.count, "\(publishes.unconfirmedMessages) unconfirmed")
            check(finished.count == settled, "\(finished.count) finished of \(settled)")
        case .answered:
            check(machine.isReady, "the request is still under way")
        case .closedByPeer, .closed:
            check(!machine.isReady, "ready after the end")
            isOver = true
        case .crossed:
            check(!machine.isReady, "ready while it closes")
        case .flow(let active):
            check(machine.isFlowing == active, "another flow")
        case .cancelled:
            _ = consumer.cancelledByBroker()
        case .wait: break
        }
    }

    private mutating func took(_ number: UInt64, _ body: [UInt8]) throws(WireError) {
        check(body.count <= Self.bodyMax, "a body of \(body.count) bytes")
        try deliveries.delivered(number)
        check(number == lastDelivery + 1, "delivery \(number) after \(lastDelivery)")
        lastDelivery = number
    }

    mutating func finish() {
        let rest = confirms.drain()
        check(rest.count == published - settled, "\(rest.count) of \(published) without \(settled)")
        check(confirms.count == 0 && confirms.oldest == nil, "drained")
        publishes.end()
        finishBatches()
        check(finished.count == published, "\(finished.count) of \(published) finished")
    }
}
