import Stores
import TestSupport
import Testing

@testable import Embedded

@Suite("The neighbours of a visit") struct NeighboursTests {
    private static func read(_ bytes: [UInt8]) -> [[Int64]] {
        var found: [[Int64]] = []
        Neighbours.forEach(bytes.span) { found.append([$0, Int64($1)]) }
        return found
    }

    @Test("those within the window come with their distances, ids of any size", arguments: [0, 1, 9, 10, 11, 25, 29])
    func distances(place: Int) {
        let sequence: [Int64] = (0..<30).map { $0 % 3 == 0 ? .max - $0 : $0 % 3 == 1 ? $0 + 100 : $0 << 20 }
        var expected: [[Int64]] = []
        for distance in 1...10 where place >= distance {
            expected.append([sequence[place - distance], Int64(distance)])
        }
        for distance in 1...10 where place + distance < 30 {
            expected.append([sequence[place + distance], Int64(distance)])
        }
        #expect(Self.read(Neighbours.bytes(of: sequence, at: place)) == expected)
    }

    @Test("what changes between two sequences is what differs, for each product of either")
    func changes() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let old = Array(Int64(1)...60).shuffled(using: &random).prefix(.random(in: 0...40, using: &random))
            var new = Array(old)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Bool.random(using: &random) ? new.count : Int.random(in: 0...new.count, using: &random)
                new.insert(.random(in: 100...(.max), using: &random), at: place)
            }
            if Bool.random(using: &random) { new.removeLast(min(new.count, 2)) }
            func all(_ sequence: [Int64]) -> [Int64: [UInt8]] {
                Dictionary(
                    uniqueKeysWithValues: sequence.indices.map {
                        (sequence[$0], Neighbours.bytes(of: sequence, at: $0))
                    })
            }
            let (before, after) = (all(Array(old)), all(new))
            var expected = after.filter { before[$0.key] != $0.value }
            for product in before.keys where after[product] == nil { expected[product] = [] }
            #expect(Neighbours.changes(from: Array(old), to: new) == expected)
        }
    }

    @Test("bytes that nobody wrote give some products or none, and end")
    func damaged() {
        var random = SeededGenerator(seed: 8)
        #expect(Self.read([]).isEmpty)
        #expect(Self.read([5, 0x80]).isEmpty)
        for _ in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Self.read(bytes).allSatisfy { $0[1] >= 1 })
        }
    }
}
