import TestSupport

extension SeededGenerator {
    /// Between 0 and `maximum` bytes, from unlike noise to very regular.
    mutating func bytes(upTo maximum: Int) -> [UInt8] {
        let alphabet = UInt8.random(in: 0...255, using: &self)
        return (0..<Int.random(in: 0...maximum, using: &self)).map { _ in UInt8.random(in: 0...alphabet, using: &self) }
    }
}
