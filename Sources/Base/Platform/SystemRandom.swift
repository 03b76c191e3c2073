/// Random numbers from the operating system, fit for secrets. Safe to use from any thread.
package enum SystemRandom {
    /// `count` random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { word in bytes.append(contentsOf: word.prefix(count - bytes.count)) }
        }
        return bytes
    }

    /// 64 random bits.
    package static func uint64() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
