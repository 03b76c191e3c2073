import AMQPWire
import TestSupport
import Testing

@Suite("Delivery ledger")
struct DeliveryLedgerTests {
    private func ledger(_ count: UInt64) throws -> DeliveryLedger {
        var ledger = DeliveryLedger()
        for number in 1...count { try ledger.delivered(number) }
        return ledger
    }

    @Test("a run from the oldest on is one method, in whatever order it was named")
    func run() throws {
        var ledger = try ledger(5)
        #expect(ledger.settle([3, 1, 2]) == [.init(number: 3, multiple: true)])
        #expect(ledger.count == 2)
        #expect(ledger.settle([4]) == [.init(number: 4, multiple: false)])
    }

    @Test("what has an unsettled delivery before it is settled alone")
    func gap() throws {
        var ledger = try ledger(6)
        #expect(
            ledger.settle([1, 2, 4, 6]) == [
                .init(number: 2, multiple: true), .init(number: 4, multiple: false), .init(number: 6, multiple: false),
            ])
        #expect(ledger.settle([3, 5]) == [.init(number: 5, multiple: true)])
    }

    @Test("a run over deliveries that are settled already is still one method")
    func overSettled() throws {
        var ledger = try ledger(4)
        _ = ledger.settle([2])
        #expect(ledger.settle([1, 3]) == [.init(number: 3, multiple: true)])
    }

    @Test("settled, repeated and unknown numbers are ignored", arguments: [[0], [4], [.max], [1, 1]] as [[UInt64]])
    func ignored(numbers: [UInt64]) throws {
        var ledger = try ledger(3)
        _ = ledger.settle([1])
        #expect(ledger.settle(numbers).isEmpty)
        #expect(ledger.count == 2)
    }

    @Test("a delivery with another number than the next is an error", arguments: [0, 2, 4, .max] as [UInt64])
    func order(number: UInt64) throws {
        var ledger = try ledger(2)
        #expect(throws: WireError.self) { try ledger.delivered(number) }
    }

    @Test("an acknowledgement is basic.ack, the other settlements are basic.nack with or without requeue")
    func methods() {
        let batch = DeliveryLedger.Batch(number: 7, multiple: true)
        #expect(batch.method(.acknowledge) == .basicAck(deliveryTag: 7, multiple: true))
        #expect(batch.method(.requeue) == .basicNack(deliveryTag: 7, multiple: true, requeue: true))
        #expect(batch.method(.reject) == .basicNack(deliveryTag: 7, multiple: true, requeue: false))
    }

    @Test("any order settles every delivery once, and never one that was not named", arguments: 0..<20)
    func anyOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ledger = DeliveryLedger()
        // What the broker would hold, by the rules of basic.ack.
        var broker: [UInt64] = []
        var last: UInt64 = 0
        for _ in 0..<500 {
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                last += 1
                try ledger.delivered(last)
                broker.append(last)
            }
            var named = broker.shuffled(using: &random).prefix(Int.random(in: 0...20, using: &random))
            if Bool.random(using: &random) { named = ArraySlice(broker.prefix(named.count)) }
            let expected = broker.filter { !named.contains($0) }
            for batch in ledger.settle(Array(named)) {
                #expect(broker.contains(batch.number))
                broker.removeAll { batch.multiple ? $0 <= batch.number : $0 == batch.number }
            }
            #expect(broker == expected)
            #expect(ledger.count == broker.count)
        }
    }
}
