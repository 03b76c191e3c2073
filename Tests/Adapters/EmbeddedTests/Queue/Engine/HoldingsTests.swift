import TestSupport
import Testing

@testable import Embedded

@Suite("What consumers hold") struct HoldingsTests {
    private func holdings(claim: Int64, positions: [Int64]) -> (Holdings, [UInt64]) {
        var holdings = Holdings()
        let numbers = positions.map { holdings.add(HeldMessage(position: $0, returns: 2, claim: claim)) }
        return (holdings, numbers)
    }

    @Test("deliveries are numbered upwards, and each can be removed once")
    func numbers() {
        var (holdings, numbers) = holdings(claim: 10, positions: [10, 11, 14])
        #expect(numbers == [1, 2, 3])
        let first = holdings.remove([2, 2, 99])
        #expect(first.messages.map(\.position) == [11])
        #expect(first.emptied == [])
        let rest = holdings.remove([1, 2, 3])
        #expect(rest.messages.map(\.position) == [10, 14])
        #expect(rest.emptied == [10])
        #expect(holdings.count == 0)
    }

    @Test("a claim of which something went back is split into what is still held")
    func splitting() {
        var (holdings, numbers) = holdings(claim: 10, positions: [10, 11, 12, 15])
        _ = holdings.remove([numbers[1]])
        let parts = holdings.split(10)
        #expect(parts.map(\.range.first) == [10, 12, 15])
        #expect(parts.map(\.range.last) == [10, 12, 15])
        #expect(parts.map(\.returns) == [2, 2, 2])
        #expect(holdings.remove([numbers[2]]).emptied == [12])
        #expect(holdings.remove([numbers[0], numbers[3]]).emptied == [10, 15])
        #expect(holdings.split(10).isEmpty)
    }

    @Test("neighbouring positions are one range", arguments: 0..<20)
    func ranges(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let positions = Set((0..<50).map { _ in Int64.random(in: 0..<100, using: &random) })
        let ranges = PositionRange.ranges(of: positions.shuffled(using: &random))
        #expect(ranges.flatMap { Array($0.first...$0.last) } == positions.sorted())
        for (left, right) in zip(ranges, ranges.dropFirst()) { #expect(left.last + 1 < right.first) }
    }

    @Test("positions are ordered by priority, then by arrival")
    func positions() {
        func position(_ sequence: Int64, _ priority: UInt8, highest: UInt8? = 9) -> Int64 {
            QueuePosition.position(sequence: sequence, priority: priority, highest: highest)
        }
        #expect(position(7, 9) < position(1, 8))
        #expect(position(1, 9) < position(2, 9))
        #expect(position(1, 200) == position(1, 9))
        #expect(position(5, 9, highest: nil) == 5)
        #expect(position(5, 0, highest: 0) == 5)
        #expect(position((1 << 48) - 1, 0, highest: 255) > 0)
        #expect(QueuePosition.haveSamePriority(position(1, 3), position(999, 3)))
        #expect(!QueuePosition.haveSamePriority(position(1, 3), position(1, 4)))
    }
}
