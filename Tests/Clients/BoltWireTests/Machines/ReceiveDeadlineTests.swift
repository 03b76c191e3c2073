import BoltWire
import Testing

@Suite("The time of silence")
struct ReceiveDeadlineTests {
    private let start = Connected.now
    private let hint: BoltMap = ["hints": ["connection.recv_timeout_seconds": 2]]

    @Test("it counts while an answer is awaited, and never on an idle connection")
    func idle() throws {
        var connected = try Connected(greeting: hint)
        #expect(connected.machine.receiveDeadline == nil)
        let later = start + .seconds(100)
        let run = try connected.machine.run("X", at: later)
        #expect(connected.machine.receiveDeadline == later + .seconds(2))
        // A second request is no sign of life.
        _ = try connected.machine.pull(of: run, at: later + .seconds(1))
        #expect(connected.machine.receiveDeadline == later + .seconds(2))
        _ = try connected.answer([.running, .done], at: later + .seconds(1))
        #expect(connected.machine.receiveDeadline == nil)
    }

    @Test("any byte starts it again: a chunk without content, half a message")
    func bytes() throws {
        var connected = try Connected(greeting: hint)
        _ = try connected.query()
        for second in 1...6 {
            let now = start + .seconds(second)
            try connected.machine.received(second.isMultiple(of: 2) ? [0, 0] : [], at: now)
            #expect(try connected.machine.next() == nil)
            #expect(connected.machine.receiveDeadline == now + .seconds(2))
        }
        try connected.machine.received([0], at: start + .seconds(7))
        #expect(connected.machine.receiveDeadline == start + .seconds(9))
    }

    @Test("it begins when the whole request is sent, not when it is queued")
    func written() throws {
        var connected = try Connected(greeting: hint)
        _ = try connected.query()
        connected.machine.written(at: start + .seconds(5))
        #expect(connected.machine.receiveDeadline == start + .seconds(7))
        _ = try connected.answer([.running, .done], at: start + .seconds(6))
        connected.machine.written(at: start + .seconds(8))
        #expect(connected.machine.receiveDeadline == nil)
    }

    @Test("the shorter of the server's hint and the own limit counts")
    func limits() throws {
        var own = try Connected(greeting: hint, receiveTimeout: .seconds(1))
        _ = try own.query()
        #expect(own.machine.receiveDeadline == start + .seconds(1))
        var server = try Connected(greeting: hint, receiveTimeout: .seconds(9))
        _ = try server.query()
        #expect(server.machine.receiveDeadline == start + .seconds(2))
        var none = try Connected()
        _ = try none.query()
        #expect(none.machine.receiveDeadline == nil)
    }

    @Test("the login has the own limit, since no hint has come")
    func login() throws {
        var machine = Connected.machine(receiveTimeout: .seconds(3))
        try machine.received(hex("000001FF 01 00000805 00"), at: start)
        #expect(machine.receiveDeadline == start + .seconds(3))
        _ = machine.end()
        #expect(machine.receiveDeadline == nil)
    }
}
