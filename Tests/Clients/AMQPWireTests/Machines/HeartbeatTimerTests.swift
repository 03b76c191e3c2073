import AMQPWire
import Testing

@Suite("Heartbeats")
struct HeartbeatTimerTests {
    private let start = ContinuousClock.now

    @Test("half an interval without sending asks for a heartbeat, and only one")
    func sending() {
        var timer = HeartbeatTimer(interval: .seconds(10), now: start)
        #expect(timer.action(at: start + .milliseconds(4_999)) == .wait)
        #expect(timer.action(at: start + .seconds(5)) == .send)
        #expect(timer.action(at: start + .seconds(6)) == .wait)
        #expect(timer.action(at: start + .seconds(10)) == .send)
    }

    @Test("anything sent puts the heartbeat off")
    func sent() {
        var timer = HeartbeatTimer(interval: .seconds(10), now: start)
        timer.sent(at: start + .seconds(4))
        #expect(timer.action(at: start + .seconds(8)) == .wait)
        #expect(timer.action(at: start + .seconds(9)) == .send)
    }

    @Test("two intervals without a byte give the peer up, whatever this side sends")
    func silence() {
        var timer = HeartbeatTimer(interval: .seconds(10), now: start)
        timer.received(at: start + .seconds(5))
        timer.sent(at: start + .seconds(24))
        #expect(timer.action(at: start + .milliseconds(24_999)) == .wait)
        #expect(timer.action(at: start + .seconds(25)) == .giveUp)
    }

    @Test("a peer that sends nothing but heartbeats lives")
    func idle() {
        var timer = HeartbeatTimer(interval: .seconds(2), now: start)
        for second in 1...100 {
            timer.received(at: start + .seconds(second))
            #expect(timer.action(at: start + .seconds(second)) == .send)
        }
    }

    @Test("without an interval nothing is ever due")
    func none() {
        var timer = HeartbeatTimer(interval: .zero, now: start)
        #expect(timer.action(at: start + .seconds(1_000_000)) == .wait)
    }
}
