import AMQPWire
import Testing

@Suite("Channel numbers")
struct ChannelNumbersTests {
    @Test("begin at 1, end at the maximum, and are used again when they are free")
    func numbers() {
        var numbers = ChannelNumbers()
        #expect((0..<4).map { _ in numbers.take(upTo: 3) } == [1, 2, 3, nil])
        numbers.giveBack(2)
        #expect((0..<2).map { _ in numbers.take(upTo: 3) } == [2, nil])
        var most = ChannelNumbers()
        #expect(most.take(upTo: 0) == nil)
        for number in 1...UInt16.max { #expect(most.take(upTo: .max) == number) }
        #expect(most.take(upTo: .max) == nil)
    }
}
