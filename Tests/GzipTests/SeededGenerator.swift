/// Random numbers that are the same in every run (splitmix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Between 0 and `maximum` bytes, from unlike noise to very regular.
    mutating func bytes(upTo maximum: Int) -> [UInt8] {
        let alphabet = UInt8.random(in: 0...255, using: &self)
        return (0..<Int.random(in: 0...maximum, using: &self)).map { _ in UInt8.random(in: 0...alphabet, using: &self) }
    }
}
