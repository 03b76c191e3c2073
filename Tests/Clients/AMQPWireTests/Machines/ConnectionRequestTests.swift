import AMQPWire
import Testing

@Suite("A connection's request")
struct ConnectionRequestTests {
    private func request(_ authentication: ConnectionRequest.Authentication) -> ConnectionRequest {
        ConnectionRequest(
            authentication: authentication, clientProperties: [:],
            tuning: Tuning(channelMax: 1, frameMax: 2, heartbeat: 3), virtualHost: "/v")
    }

    @Test("for a user and a password is PLAIN, with zero bytes before both, as RFC 4616 says")
    func plain() {
        let request = request(.plain(user: "ü", password: "p w"))
        #expect(request.mechanism == "PLAIN")
        #expect(request.response == [0, 0xC3, 0xBC, 0, 0x70, 0x20, 0x77])
        #expect(request.tuning == Tuning(channelMax: 1, frameMax: 2, heartbeat: 3))
        #expect(request.virtualHost == "/v")
    }

    @Test("for a certificate is EXTERNAL, and says nothing")
    func external() {
        #expect(request(.external).mechanism == "EXTERNAL")
        #expect(request(.external).response.isEmpty)
    }
}
