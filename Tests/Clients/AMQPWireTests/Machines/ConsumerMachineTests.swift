import AMQPWire
import Testing

@Suite("Consumer machine")
struct ConsumerMachineTests {
    @Test("a delivery that came before the call is given at once, in order, with the consumer's epoch")
    func buffered() throws {
        var broker = Broker()
        #expect(try broker.deliver(3) == [.news, .kept, .kept])
        #expect(try broker.next(upTo: 2) == .give(broker.messages(1...2)))
        #expect(try broker.next(upTo: 2) == .give(broker.messages(3...3)))
        #expect(broker.messages(1...1).first?.tag == IncomingMessage.Tag(epoch: 4, number: 1))
    }

    @Test("a call that finds nothing waits for the first delivery")
    func first() throws {
        var broker = Broker()
        #expect(try broker.next(upTo: 5) == .wait)
        #expect(broker.serve() == .wait)
        try broker.deliver(2)
        #expect(broker.serve() == .give(broker.messages(1...2)))
        #expect(broker.serve() == .wait)
    }

    @Test("deliveries are news once until they are served")
    func news() throws {
        var broker = Broker()
        #expect(try broker.deliver(2) == [.news, .kept])
        #expect(broker.serve() == .wait)
        #expect(try broker.deliver(2) == [.news, .kept])
    }

    @Test("a call that lingers is served when its time has passed, with what has come")
    func lingerTime() throws {
        var broker = Broker()
        #expect(try broker.next(upTo: 5, linger: .milliseconds(20)) == .wait)
        try broker.deliver(1)
        #expect(broker.serve() == .linger(.milliseconds(20), call: 1))
        try broker.deliver(2)
        // The time counts from the first delivery.
        #expect(broker.serve() == .wait)
        #expect(broker.machine.lingered(1) == .give(broker.messages(1...3)))
        #expect(broker.machine.lingered(1) == .wait)
    }

    @Test("a call that lingers is served when it has as many as it wants, and never gets more")
    func lingerCount() throws {
        var broker = Broker()
        try broker.deliver(1)
        #expect(try broker.next(upTo: 3, linger: .seconds(1)) == .linger(.seconds(1), call: 1))
        try broker.deliver(3)
        #expect(broker.serve() == .give(broker.messages(1...3)))
        #expect(try broker.next(upTo: 3) == .give(broker.messages(4...4)))
    }

    @Test("the time of an earlier call ends no later one")
    func lateTimer() throws {
        var broker = Broker()
        try broker.deliver(1)
        #expect(try broker.next(upTo: 2, linger: .seconds(1)) == .linger(.seconds(1), call: 1))
        try broker.deliver(1)
        #expect(broker.serve() == .give(broker.messages(1...2)))
        try broker.deliver(1)
        #expect(try broker.next(upTo: 2, linger: .seconds(1)) == .linger(.seconds(1), call: 2))
        #expect(broker.machine.lingered(1) == .wait)
        #expect(broker.machine.lingered(2) == .give(broker.messages(3...3)))
    }

    @Test("a call does not linger when all that the broker may send is unsettled")
    func lingerFull() throws {
        var broker = Broker(prefetch: 4)
        try broker.deliver(3)
        #expect(try broker.next(upTo: 10, linger: .seconds(1)) == .linger(.seconds(1), call: 1))
        try broker.deliver(1)
        #expect(broker.serve() == .give(broker.messages(1...4)))
        broker.unsettled = 3
        try broker.deliver(1)
        #expect(try broker.next(upTo: 10, linger: .seconds(1)) == .give(broker.messages(5...5)))
    }

    @Test("a call that wants less than one delivery gets one", arguments: [0, -1, .min])
    func atLeastOne(count: Int) throws {
        var broker = Broker()
        try broker.deliver(2)
        #expect(try broker.next(upTo: count) == .give(broker.messages(1...1)))
    }

    @Test("only a call that lingers long enough, and longer than what came, is patient")
    func patience() throws {
        var broker = Broker()
        #expect(!broker.machine.isPatient)
        #expect(try broker.next(upTo: 2, linger: .milliseconds(4)) == .wait)
        // Nothing has come: the first delivery is to be seen at once.
        #expect(!broker.machine.isPatient)
        try broker.deliver(1)
        _ = broker.serve()
        #expect(broker.machine.isPatient)
        try broker.deliver(1)
        _ = broker.serve()
        #expect(!broker.machine.isPatient)
        try broker.deliver(1)
        #expect(try broker.next(upTo: 2, linger: .milliseconds(3)) == .linger(.milliseconds(3), call: 2))
        #expect(!broker.machine.isPatient)
    }

    @Test("a second call is refused while the first one waits, which goes on")
    func busy() throws {
        var broker = Broker()
        #expect(try broker.next(upTo: 1) == .wait)
        #expect(throws: ConsumerMachine.Refusal.busy) { try broker.next(upTo: 1) }
        try broker.deliver(1)
        #expect(broker.serve() == .give(broker.messages(1...1)))
        #expect(try broker.next(upTo: 1) == .wait)
    }

    @Test("a call that is cancelled takes nothing, and the next one gets all")
    func callCancelled() throws {
        var broker = Broker()
        try broker.deliver(1)
        #expect(try broker.next(upTo: 2, linger: .seconds(1)) == .linger(.seconds(1), call: 1))
        #expect(broker.machine.callCancelled() == .give([]))
        #expect(broker.machine.lingered(1) == .wait)
        try broker.deliver(1)
        #expect(broker.serve() == .wait)
        #expect(try broker.next(upTo: 2) == .give(broker.messages(1...2)))
    }

    @Test("more than the prefetch is an error of the broker")
    func tooMany() throws {
        var broker = Broker(prefetch: 2)
        try broker.deliver(2)
        let error = #expect(throws: WireError.self) { try broker.deliver(1) }
        #expect(error?.replyCode == 506)
    }

    @Test("cancelling gives back what is buffered and what still comes, and wakes the caller with none")
    func cancel() throws {
        var broker = Broker()
        try broker.deliver(3)
        _ = try broker.next(upTo: 1)
        let cancelled = broker.machine.cancel()
        #expect(cancelled?.untaken == [2, 3])
        #expect(cancelled?.tellsBroker == true)
        #expect(broker.machine.cancel() == nil)
        #expect(try broker.deliver(1) == [.refused])
        #expect(broker.serve() == .wait)
        #expect(try broker.next(upTo: 1) == .give([]))
    }

    @Test("cancelling while a call lingers leaves nothing for its timer")
    func cancelWhileLingering() throws {
        var broker = Broker()
        try broker.deliver(1)
        #expect(try broker.next(upTo: 2, linger: .seconds(1)) == .linger(.seconds(1), call: 1))
        #expect(broker.machine.cancel()?.untaken == [1])
        #expect(broker.machine.lingered(1) == .wait)
        #expect(!broker.machine.isPatient)
    }

    @Test("a consumer that the broker ends loses what was buffered, once, and refuses calls")
    func ended() throws {
        var broker = Broker()
        try broker.deliver(1)
        #expect(broker.machine.cancelledByBroker() == true)
        #expect(broker.machine.cancelledByBroker() == false)
        #expect(throws: ConsumerMachine.Refusal.ended) { try broker.next(upTo: 1) }
        #expect(broker.serve() == .wait)
        let cancelled = broker.machine.cancel()
        #expect(cancelled?.untaken == [])
        #expect(cancelled?.tellsBroker == false)
        #expect(try broker.next(upTo: 1) == .give([]))
    }

    @Test("a consumer that this side has cancelled already does not end again")
    func endedAfterCancel() throws {
        var broker = Broker()
        _ = broker.machine.cancel()
        #expect(broker.machine.cancelledByBroker() == false)
    }
}

/// A broker that delivers to one consumer, and nobody settles.
private struct Broker {
    var machine: ConsumerMachine
    /// How many deliveries are unsettled, when not all are.
    var unsettled: Int?
    private var last: UInt64 = 0

    init(prefetch: Int = 10) {
        machine = ConsumerMachine(prefetch: prefetch, epoch: 4)
    }

    private static func deliver(_ number: UInt64) -> BasicDeliver {
        BasicDeliver(consumerTag: "c", deliveryTag: number, redelivered: false, exchange: "e", routingKey: "k")
    }

    private static let header = ContentHeader(bodySize: 1, properties: BasicProperties())

    func messages(_ numbers: ClosedRange<UInt64>) -> [IncomingMessage] {
        numbers.map { IncomingMessage(Self.deliver($0), epoch: 4, Self.header, [UInt8(truncatingIfNeeded: $0)]) }
    }

    @discardableResult
    mutating func deliver(_ count: Int) throws -> [ConsumerMachine.Receipt] {
        try (0..<count).map { _ in
            last += 1
            unsettled = unsettled.map { $0 + 1 }
            return try machine.delivered(Self.deliver(last), Self.header, [UInt8(truncatingIfNeeded: last)])
        }
    }

    mutating func next(upTo count: Int, linger: Duration = .zero) throws -> ConsumerMachine.Action {
        try machine.next(upTo: count, linger: linger, unsettled: unsettled ?? Int(last))
    }

    mutating func serve() -> ConsumerMachine.Action { machine.serve(unsettled: unsettled ?? Int(last)) }
}
