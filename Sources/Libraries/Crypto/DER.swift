/// The few values of DER (X.690) that public keys and signatures are made of.
enum DER {
    /// A number that is not negative, from its big-endian bytes.
    static func integer(_ number: some Sequence<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        // Integers in DER are signed: a leading zero keeps one with its highest bit set positive.
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return value(0x02, digits)
    }

    static func sequence(_ parts: [[UInt8]]) -> [UInt8] { value(0x30, parts.flatMap(\.self)) }

    /// Whole bytes as a string of bits.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] { value(0x03, [0] + bytes) }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 0x80 { return [tag, UInt8(count)] + content }
        let digits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }.drop { $0 == 0 }
        return [tag, 0x80 | UInt8(digits.count)] + digits + content
    }
}
