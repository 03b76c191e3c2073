import Events
import TestSupport
import Testing

@Suite("A generator of UUIDv7")
struct UUIDv7GeneratorTests {
    @Test("gives ids that strictly increase while the clock stands, goes on and goes back")
    func order() {
        let ids = UUIDv7Generator(using: SeededGenerator(seed: 3))
        var random = SeededGenerator(seed: 4)
        var time = receipt
        var last = EventID(high: 0, low: 0)
        for _ in 0..<20_000 {
            let id = ids.next(at: time)
            #expect(id > last)
            #expect(id.version == 7 && id.low >> 62 == 0b10)
            last = id
            time.microseconds += Int64.random(in: -2000...2500, using: &random)
        }
    }

    @Test("puts the millisecond in front")
    func time() {
        let ids = UUIDv7Generator(using: SeededGenerator(seed: 5))
        #expect(ids.next(at: receipt).high >> 16 == UInt64(receipt.microseconds / 1000))
        let later = Timestamp(microseconds: receipt.microseconds + 5_000)
        #expect(ids.next(at: later).high >> 16 == UInt64(later.microseconds / 1000))
    }

    @Test("goes on into the next millisecond when all bits of one are used up")
    func overflow() {
        // The greatest possible start, then a step.
        let ids = UUIDv7Generator(using: ScriptedGenerator(words: [.max, .max, 0]))
        let first = ids.next(at: receipt)
        let second = ids.next(at: receipt)
        #expect(second > first)
        #expect(second.high >> 16 == first.high >> 16 + 1)
    }

    @Test("carries from the low bits into the twelve in front of them")
    func carry() {
        let ids = UUIDv7Generator(using: ScriptedGenerator(words: [5, .max, 0]))
        let first = ids.next(at: receipt)
        let second = ids.next(at: receipt)
        #expect(first.high & 0xfff == 5)
        #expect(second.high & 0xfff == 6)
        #expect(second.low == 1 << 63)
    }

    @Test("gives no id to two tasks")
    func concurrency() async {
        let ids = UUIDv7Generator()
        let made = await withTaskGroup(of: [EventID].self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<1000).map { _ in ids.next(at: receipt) } }
            }
            return await group.reduce(into: [EventID]()) { $0 += $1 }
        }
        #expect(Set(made).count == 4000)
    }

    @Test("of the system's random bits starts differently each time")
    func randomness() {
        #expect(UUIDv7Generator().next(at: receipt) != UUIDv7Generator().next(at: receipt))
    }
}
