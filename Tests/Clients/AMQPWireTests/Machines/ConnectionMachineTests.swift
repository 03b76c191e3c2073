import AMQPWire
import Testing

@Suite("Connection machine")
struct ConnectionMachineTests {
    private func machine(
        _ tuning: Tuning = Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 10), mechanism: String = "PLAIN"
    ) -> ConnectionMachine {
        ConnectionMachine(
            ConnectionRequest(
                mechanism: mechanism, response: Array("\0u\0p".utf8), clientProperties: ["product": .string("test")],
                tuning: tuning, virtualHost: "v"))
    }

    private let start = Method.connectionStart(
        ConnectionStart(
            versionMajor: 0, versionMinor: 9, serverProperties: ["product": .string("broker")],
            mechanisms: "AMQPLAIN PLAIN", locales: "en_US"))

    private func tuned(_ wish: Tuning, _ offer: Tuning) throws -> Tuning {
        var machine = machine(wish)
        _ = machine.start()
        _ = try machine.received(start)
        _ = try machine.received(.connectionTune(offer))
        return machine.tuning
    }

    private func open() throws -> ConnectionMachine {
        var machine = machine()
        _ = machine.start()
        _ = try machine.received(start)
        _ = try machine.received(.connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60)))
        _ = try machine.received(.connectionOpenOk)
        return machine
    }

    @Test("the handshake goes header, start-ok, tune-ok, open")
    func handshake() throws {
        var machine = machine()
        #expect(machine.start() == [.sendProtocolHeader])
        #expect(
            try machine.received(start) == [
                .send(
                    .connectionStartOk(
                        ConnectionStartOk(
                            clientProperties: ["product": .string("test")], mechanism: "PLAIN",
                            response: Array("\0u\0p".utf8), locale: "en_US")))
            ])
        #expect(machine.serverProperties["product"] == .string("broker"))
        #expect(machine.isAuthenticating)
        let tuning = Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 10)
        #expect(
            try machine.received(.connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60))) == [
                .send(.connectionTuneOk(tuning)), .tuned(tuning), .send(.connectionOpen(virtualHost: "v")),
            ])
        #expect(!machine.isOpen)
        #expect(try machine.received(.connectionOpenOk) == [.opened])
        #expect(machine.isOpen)
    }

    @Test("the smaller wish holds, and zero stands for the other side's number")
    func tuning() throws {
        let offer = Tuning(channelMax: 100, frameMax: 8_192, heartbeat: 60)
        #expect(try tuned(Tuning(channelMax: 0, frameMax: 0, heartbeat: 10), offer).channelMax == 100)
        #expect(try tuned(Tuning(channelMax: 0, frameMax: 0, heartbeat: 10), offer).frameMax == 8_192)
        #expect(try tuned(Tuning(channelMax: 7, frameMax: 131_072, heartbeat: 10), offer).channelMax == 7)
        let none = Tuning(channelMax: 0, frameMax: 0, heartbeat: 0)
        #expect(
            try tuned(Tuning(channelMax: 7, frameMax: 9_000, heartbeat: 10), none)
                == Tuning(channelMax: 7, frameMax: 9_000, heartbeat: 10))
        #expect(
            try tuned(none, none) == Tuning(channelMax: 65_535, frameMax: 131_072, heartbeat: 0))
        #expect(try tuned(Tuning(channelMax: 0, frameMax: 0, heartbeat: 0), offer).heartbeat == 0)
    }

    @Test("a frame-max below what every peer takes is an error")
    func smallFrames() {
        #expect(throws: WireError.self) {
            try tuned(
                Tuning(channelMax: 0, frameMax: 0, heartbeat: 0), Tuning(channelMax: 0, frameMax: 100, heartbeat: 0))
        }
    }

    @Test("a mechanism that is not offered is refused before the password is sent", arguments: ["EXTERNAL", "PLAI"])
    func mechanism(name: String) throws {
        var machine = machine(mechanism: name)
        _ = machine.start()
        #expect(throws: WireError.self) { try machine.received(start) }
    }

    @Test("another protocol version is an error")
    func version() {
        var machine = machine()
        _ = machine.start()
        #expect(throws: WireError.self) {
            try machine.received(
                .connectionStart(
                    ConnectionStart(
                        versionMajor: 1, versionMinor: 0, serverProperties: [:], mechanisms: "PLAIN", locales: "")))
        }
    }

    @Test("methods out of their turn are errors")
    func outOfTurn() throws {
        var fresh = machine()
        _ = fresh.start()
        #expect(throws: WireError.self) { try fresh.received(.connectionOpenOk) }
        #expect(throws: WireError.self) { try fresh.received(.channelOpenOk) }
        #expect(throws: WireError.self) { try fresh.channelFrameReceived() }
        var open = try open()
        #expect(throws: WireError.self) { try open.received(start) }
        #expect(throws: WireError.self) { try open.received(.connectionUpdateSecretOk) }
        #expect(throws: WireError.self) { try open.received(.basicAck(deliveryTag: 1, multiple: false)) }
    }

    @Test("the peer's close is answered, at any time, and says why")
    func peerCloses() throws {
        let reason = CloseReason(replyCode: 530, replyText: "NOT_ALLOWED - vhost")
        var opening = machine()
        _ = opening.start()
        _ = try opening.received(start)
        #expect(
            try opening.received(.connectionClose(reason)) == [.send(.connectionCloseOk), .closed(reason)])
        var open = try open()
        #expect(try open.received(.connectionClose(reason)) == [.send(.connectionCloseOk), .closed(reason)])
        #expect(try open.received(.connectionBlocked(reason: "late")).isEmpty)
        #expect(try open.channelFrameReceived() == false)
    }

    @Test("after this side's close everything is ignored until close-ok")
    func closes() throws {
        var machine = try open()
        let reason = CloseReason(replyCode: 200, replyText: "bye")
        #expect(machine.close(reason) == [.send(.connectionClose(reason))])
        #expect(machine.close(reason).isEmpty)
        #expect(try machine.channelFrameReceived() == false)
        #expect(try machine.received(.connectionBlocked(reason: "")).isEmpty)
        #expect(try machine.received(start).isEmpty)
        #expect(try machine.received(.connectionCloseOk) == [.closed(nil)])
    }

    @Test("when both sides close at once each is answered")
    func crossing() throws {
        var machine = try open()
        _ = machine.close(CloseReason(replyCode: 200, replyText: "bye"))
        #expect(
            try machine.received(.connectionClose(CloseReason(replyCode: 320, replyText: "shutdown"))) == [
                .send(.connectionCloseOk), .closed(nil),
            ])
        #expect(try machine.received(.connectionCloseOk).isEmpty)
    }

    @Test("after a violation the peer is told where the protocol allows it, and nothing that it says counts any more")
    func violations() throws {
        let reason = CloseReason(replyCode: 501, replyText: "garbage")
        var open = try open()
        #expect(open.violated(reason) == [.send(.connectionClose(reason))])
        #expect(open.isClosed)
        #expect(try open.received(.connectionCloseOk).isEmpty)
        #expect(try open.channelFrameReceived() == false)
        #expect(open.violated(reason).isEmpty)
        var early = machine()
        _ = early.start()
        #expect(early.violated(reason).isEmpty)
        #expect(early.isClosed)
        var closing = try self.open()
        _ = closing.close(reason)
        #expect(!closing.isClosed)
        #expect(closing.violated(reason).isEmpty)
        #expect(closing.isClosed)
    }

    @Test("blocked, unblocked and an accepted secret are told")
    func events() throws {
        var machine = try open()
        #expect(try machine.received(.connectionBlocked(reason: "low on memory")) == [.blocked("low on memory")])
        #expect(try machine.received(.connectionUnblocked) == [.unblocked])
        #expect(
            machine.updateSecret([1], reason: "expires") == [
                .send(.connectionUpdateSecret(newSecret: [1], reason: "expires"))
            ])
        #expect(try machine.received(.connectionUpdateSecretOk) == [.secretUpdated])
    }

    @Test("a frame is for the connection, for a channel, or for nobody")
    func destinations() throws {
        var machine = try open()
        let header = ContentHeader(bodySize: 1, properties: BasicProperties())
        #expect(try machine.received(.heartbeat) == .nobody)
        #expect(try machine.received(.method(channel: 0, .connectionUnblocked)) == .connection([.unblocked]))
        #expect(try machine.received(.method(channel: 3, .channelOpenOk)) == .channel(3))
        #expect(try machine.received(.header(channel: 4, header)) == .channel(4))
        #expect(try machine.received(.body(channel: 5, [1])) == .channel(5))
        _ = machine.close(CloseReason(replyCode: 200, replyText: ""))
        #expect(try machine.received(.body(channel: 5, [1])) == .nobody)
    }

    @Test("a content on channel 0, or of a channel before the connection is open, is an error")
    func wrongDestinations() throws {
        var machine = try open()
        let header = ContentHeader(bodySize: 1, properties: BasicProperties())
        for frame in [Frame.header(channel: 0, header), .body(channel: 0, [1])] {
            let error = #expect(throws: WireError.self) { try machine.received(frame) }
            #expect(error?.replyCode == 505)
        }
        machine = self.machine()
        _ = machine.start()
        let error = #expect(throws: WireError.self) { try machine.received(.method(channel: 1, .channelOpenOk)) }
        #expect(error?.replyCode == 503)
    }
}
