/// What a store did otherwise than a case demands.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected and what was seen.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

func expect<Value: Equatable>(_ seen: Value, _ expected: Value, _ what: String) throws(ConformanceFailure) {
    guard seen == expected else { throw ConformanceFailure("\(what): expected \(expected), saw \(seen)") }
}

/// Numbers that are the same in every run: a case that fails can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Knuth's MMIX generator, its better half doubled.
    mutating func next() -> UInt64 {
        var result: UInt64 = 0
        for _ in 0..<2 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            result = result << 32 | state >> 32
        }
        return result
    }
}
