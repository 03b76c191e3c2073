import AMQPWire
import Testing

@Suite("Channel machine")
struct ChannelMachineTests {
    private func open(bodyMax: Int = 1_000) throws -> ChannelMachine {
        var machine = ChannelMachine(bodyMax: bodyMax)
        machine.requested(.channelOpen)
        _ = try machine.received(.method(channel: 1, .channelOpenOk))
        return machine
    }

    private let deliver = Frame.method(
        channel: 1,
        .basicDeliver(
            BasicDeliver(consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "e", routingKey: "k")))
    private let returned = Frame.method(
        channel: 1,
        .basicReturn(BasicReturn(replyCode: 312, replyText: "NO_ROUTE", exchange: "e", routingKey: "k")))

    private func header(_ size: UInt64) -> Frame {
        .header(channel: 1, ContentHeader(bodySize: size, properties: BasicProperties()))
    }

    private func body(_ action: ChannelMachine.Action) -> [UInt8]? {
        switch action {
        case .delivered(_, _, let body), .returned(_, _, let body), .got(_, _, let body): body
        default: nil
        }
    }

    private func isWait(_ action: ChannelMachine.Action) -> Bool {
        if case .wait = action { true } else { false }
    }

    @Test("one request is under way at a time, and its answer makes room for the next")
    func requests() throws {
        var machine = ChannelMachine(bodyMax: 10)
        #expect(machine.isReady)
        machine.requested(.channelOpen)
        #expect(!machine.isReady)
        guard case .answered(.channelOpenOk) = try machine.received(.method(channel: 1, .channelOpenOk)) else {
            Issue.record("not answered")
            return
        }
        #expect(machine.isReady)
    }

    @Test("the answer to another request, or to none, is an error")
    func wrongAnswers() throws {
        var machine = try open()
        #expect(throws: WireError.self) { try machine.received(.method(channel: 1, .queueBindOk)) }
        machine = try open()
        machine.requested(.queueDeclare(QueueDeclare(queue: "q")))
        #expect(throws: WireError.self) { try machine.received(.method(channel: 1, .queueBindOk)) }
        machine = try open()
        machine.requested(.basicConsume(BasicConsume(queue: "q", consumerTag: "a")))
        #expect(throws: WireError.self) {
            try machine.received(.method(channel: 1, .basicConsumeOk(consumerTag: "b")))
        }
    }

    @Test("a content without a body is whole with its header")
    func emptyBody() throws {
        var machine = try open()
        #expect(isWait(try machine.received(deliver)))
        #expect(body(try machine.received(header(0))) == [])
        #expect(throws: WireError.self) { try machine.received(.body(channel: 1, [])) }
    }

    @Test("a body comes in any pieces, empty ones too")
    func pieces() throws {
        var machine = try open()
        _ = try machine.received(deliver)
        _ = try machine.received(header(3))
        #expect(isWait(try machine.received(.body(channel: 1, [1]))))
        #expect(isWait(try machine.received(.body(channel: 1, []))))
        #expect(body(try machine.received(.body(channel: 1, [2, 3]))) == [1, 2, 3])
    }

    @Test("a body above the limit is left out, in whatever pieces it comes, and the next content is whole")
    func leftOut() throws {
        var machine = try open(bodyMax: 4)
        _ = try machine.received(deliver)
        #expect(isWait(try machine.received(header(5))))
        for part: [UInt8] in [[1], [], [2, 3]] { #expect(isWait(try machine.received(.body(channel: 1, part)))) }
        #expect(body(try machine.received(.body(channel: 1, [4, 5]))) == [])
        _ = try machine.received(deliver)
        _ = try machine.received(header(4))
        #expect(body(try machine.received(.body(channel: 1, [1, 2, 3, 4]))) == [1, 2, 3, 4])
    }

    @Test("a body longer than announced, or than any broker takes, is an error")
    func oversized() throws {
        var machine = try open()
        _ = try machine.received(returned)
        _ = try machine.received(header(2))
        #expect(throws: WireError.self) { try machine.received(.body(channel: 1, [1, 2, 3])) }
        machine = try open(bodyMax: 4)
        _ = try machine.received(deliver)
        _ = try machine.received(header(5))
        #expect(throws: WireError.self) { try machine.received(.body(channel: 1, [1, 2, 3, 4, 5, 6])) }
        machine = try open()
        _ = try machine.received(deliver)
        #expect(throws: WireError.self) { try machine.received(header(.max)) }
    }

    @Test("contents out of order are errors")
    func order() throws {
        var machine = try open()
        #expect(throws: WireError.self) { try machine.received(header(1)) }
        machine = try open()
        #expect(throws: WireError.self) { try machine.received(.body(channel: 1, [1])) }
        machine = try open()
        _ = try machine.received(deliver)
        #expect(throws: WireError.self) { try machine.received(deliver) }
        machine = try open()
        _ = try machine.received(deliver)
        _ = try machine.received(header(1))
        #expect(throws: WireError.self) { try machine.received(header(1)) }
    }

    @Test("a message of get answers it; an unasked one is an error")
    func get() throws {
        let got = Frame.method(
            channel: 1,
            .basicGetOk(BasicGetOk(deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q", messageCount: 0)))
        var machine = try open()
        #expect(throws: WireError.self) { try machine.received(got) }
        machine = try open()
        machine.requested(.basicGet(queue: "q", noAck: false))
        _ = try machine.received(got)
        #expect(!machine.isReady)
        #expect(body(try machine.received(header(0))) == [])
        #expect(machine.isReady)
    }

    @Test("deliveries between a request and its answer do not disturb it")
    func interleaved() throws {
        var machine = try open()
        machine.requested(.basicCancel(consumerTag: "c", noWait: false))
        _ = try machine.received(deliver)
        #expect(body(try machine.received(header(0))) == [])
        #expect(!machine.isReady)
        _ = try machine.received(.method(channel: 1, .basicCancelOk(consumerTag: "c")))
        #expect(machine.isReady)
    }

    @Test("after the peer's close, frames are ignored")
    func peerCloses() throws {
        var machine = try open()
        let reason = CloseReason(replyCode: 404, replyText: "NOT_FOUND")
        guard case .closedByPeer(reason) = try machine.received(.method(channel: 1, .channelClose(reason))) else {
            Issue.record("not closed")
            return
        }
        #expect(!machine.isReady)
        #expect(machine.close() == false)
        #expect(isWait(try machine.received(deliver)))
        #expect(isWait(try machine.received(header(.max))))
    }

    @Test("while closing everything is ignored until close-ok, within a content too")
    func closes() throws {
        var machine = try open()
        _ = try machine.received(deliver)
        #expect(machine.close() == true)
        #expect(machine.close() == false)
        #expect(isWait(try machine.received(header(.max))))
        #expect(isWait(try machine.received(.method(channel: 1, .queueBindOk))))
        guard case .closed = try machine.received(.method(channel: 1, .channelCloseOk)) else {
            Issue.record("not closed")
            return
        }
    }

    @Test("when both sides close a channel at once, the peer's close is answered")
    func crossing() throws {
        var machine = try open()
        _ = machine.close()
        let close = Method.channelClose(CloseReason(replyCode: 406, replyText: ""))
        guard case .crossed = try machine.received(.method(channel: 1, close)) else {
            Issue.record("not answered")
            return
        }
        guard case .closed = try machine.received(.method(channel: 1, .channelCloseOk)) else {
            Issue.record("the answer to this side's close did not count")
            return
        }
    }

    @Test("flow stops and resumes publishing")
    func flow() throws {
        var machine = try open()
        #expect(machine.isFlowing)
        guard case .flow(active: false) = try machine.received(.method(channel: 1, .channelFlow(active: false))) else {
            Issue.record("no flow")
            return
        }
        #expect(!machine.isFlowing)
        _ = try machine.received(.method(channel: 1, .channelFlow(active: true)))
        #expect(machine.isFlowing)
    }

    @Test("a consumer that the broker ends is told, and answered unless it asks for no answer")
    func cancel() throws {
        var machine = try open()
        for noWait in [true, false] {
            let cancel = Method.basicCancel(consumerTag: "c", noWait: noWait)
            guard
                case .cancelled(consumerTag: "c", answer: let answer) = try machine.received(
                    .method(channel: 1, cancel))
            else {
                Issue.record("not cancelled")
                return
            }
            #expect(answer == !noWait)
        }
    }

    @Test("of a channel that is not open, close is answered, close-ok ignored, and everything else an error")
    func notOpen() throws {
        let close = Frame.method(channel: 7, .channelClose(CloseReason(replyCode: 404, replyText: "")))
        #expect(try ChannelMachine.receivedUnopened(close, 7) == .channelCloseOk)
        #expect(try ChannelMachine.receivedUnopened(.method(channel: 7, .channelCloseOk), 7) == nil)
        for frame in [deliver, header(0), .body(channel: 7, [1])] {
            let error = #expect(throws: WireError.self) { try ChannelMachine.receivedUnopened(frame, 7) }
            #expect(error?.replyCode == 504)
        }
    }
}
