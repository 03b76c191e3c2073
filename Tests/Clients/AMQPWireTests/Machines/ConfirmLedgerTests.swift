import AMQPWire
import TestSupport
import Testing

@Suite("Confirm ledger")
struct ConfirmLedgerTests {
    private typealias Ledger = ConfirmLedger<Int>

    private func ledger(_ count: Int, isMandatory: Bool = true) -> Ledger {
        var ledger = Ledger()
        for token in 1...count { ledger.published(token, isMandatory: isMandatory) }
        return ledger
    }

    private func settle(
        _ ledger: inout Ledger, _ number: UInt64, multiple: Bool = false, isNegative: Bool = false
    ) throws -> [Int: Ledger.Settlement] {
        var settled: [Int: Ledger.Settlement] = [:]
        try ledger.settled(number, multiple: multiple, isNegative: isNegative) { token, settlement in
            #expect(settled[token] == nil)
            settled[token] = settlement
        }
        return settled
    }

    @Test("one acknowledgement settles one message, also out of order")
    func single() throws {
        var ledger = ledger(3)
        #expect(try settle(&ledger, 2) == [2: .acknowledged])
        #expect(ledger.count == 2)
        #expect(ledger.oldest == 1)
        #expect(try settle(&ledger, 1) == [1: .acknowledged])
        #expect(ledger.oldest == 3)
    }

    @Test("a multiple acknowledgement settles what is left up to it, oldest first")
    func multiple() throws {
        var ledger = ledger(5)
        _ = try settle(&ledger, 2)
        var order: [Int] = []
        try ledger.settled(4, multiple: true, isNegative: false) { token, _ in order.append(token) }
        #expect(order == [1, 3, 4])
        #expect(ledger.count == 1)
    }

    @Test("a negative confirm refuses, one or all up to it")
    func negative() throws {
        var ledger = ledger(3)
        #expect(try settle(&ledger, 2, multiple: true, isNegative: true) == [1: .refused, 2: .refused])
        #expect(try settle(&ledger, 3) == [3: .acknowledged])
    }

    @Test("several returns before one multiple acknowledgement each find their message")
    func severalReturns() throws {
        var ledger = ledger(6)
        #expect(ledger.returned { $0 == 2 } == 2)
        #expect(ledger.returned { $0 == 5 } == 5)
        #expect(
            try settle(&ledger, 6, multiple: true) == [
                1: .acknowledged, 2: .returned, 3: .acknowledged, 4: .acknowledged, 5: .returned, 6: .acknowledged,
            ])
    }

    @Test("messages of the same content are returned one after the other, each once")
    func sameContent() throws {
        var ledger = ledger(3)
        #expect(ledger.returned { _ in true } == 1)
        #expect(ledger.returned { _ in true } == 2)
        #expect(ledger.returned { _ in true } == 3)
        #expect(ledger.returned { _ in true } == nil)
    }

    @Test("a return is found behind the last one first, but also before it")
    func returnOrder() throws {
        var ledger = ledger(4)
        #expect(ledger.returned { $0 == 3 } == 3)
        #expect(ledger.returned { $0 == 1 } == 1)
    }

    @Test("what is not mandatory, settled or already returned cannot be returned")
    func notReturnable() throws {
        var optional = ledger(2, isMandatory: false)
        #expect(optional.returned { _ in true } == nil)
        var ledger = ledger(2)
        _ = try settle(&ledger, 1)
        #expect(ledger.returned { $0 == 1 } == nil)
    }

    @Test("a confirm for a message that was never published is an error and settles nothing", arguments: [4, .max])
    func unknown(number: UInt64) throws {
        var ledger = ledger(3)
        #expect(throws: WireError.self) { try settle(&ledger, number) }
        #expect(throws: WireError.self) { try settle(&ledger, number, multiple: true) }
        #expect(ledger.count == 3)
    }

    @Test("zero is not a message; with multiple it is all of them")
    func zero() throws {
        var ledger = ledger(2)
        #expect(throws: WireError.self) { try settle(&ledger, 0) }
        #expect(try settle(&ledger, 0, multiple: true).count == 2)
        #expect(try settle(&ledger, 0, multiple: true).isEmpty)
    }

    @Test("a confirm that comes twice settles nothing the second time")
    func twice() throws {
        var ledger = ledger(3)
        _ = try settle(&ledger, 2)
        #expect(try settle(&ledger, 2).isEmpty)
        _ = try settle(&ledger, 3, multiple: true)
        #expect(try settle(&ledger, 1).isEmpty)
        #expect(try settle(&ledger, 3, multiple: true).isEmpty)
    }

    @Test("draining gives the unsettled messages, and counting goes on")
    func drain() throws {
        var ledger = ledger(4)
        _ = try settle(&ledger, 2)
        #expect(ledger.drain() == [1, 3, 4])
        #expect(ledger.count == 0)
        #expect(ledger.nextNumber == 5)
        ledger.published(5, isMandatory: true)
        #expect(try settle(&ledger, 5) == [5: .acknowledged])
    }

    @Test("any order of confirms settles each message once", arguments: 0..<20)
    func anyOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ledger = Ledger()
        var open = Set<Int>()
        var published = 0
        for _ in 0..<3_000 {
            if published == 0 || Bool.random(using: &random) {
                published += 1
                ledger.published(published, isMandatory: true)
                open.insert(published)
            } else {
                let number = Int.random(in: max(1, published - 40)...published, using: &random)
                let multiple = Int.random(in: 0..<8, using: &random) == 0
                let expected = open.filter { multiple ? $0 <= number : $0 == number }
                let settled = try settle(&ledger, UInt64(number), multiple: multiple)
                #expect(Set(settled.keys) == expected)
                open.subtract(expected)
            }
            #expect(ledger.count == open.count)
            #expect(ledger.oldest == open.min())
        }
        #expect(ledger.drain() == open.sorted())
    }
}
