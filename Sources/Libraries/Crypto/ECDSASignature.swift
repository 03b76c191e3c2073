/// The two numbers of a signature on the curve P-256.
struct ECDSASignature {
    private static let numberByteCount = 32

    private let numbers: [ArraySlice<UInt8>]

    /// Takes r and s of 32 bytes each apart, as JSON Web Signatures join them; `nil` for any other length.
    init?(joined bytes: [UInt8]) {
        guard bytes.count == 2 * Self.numberByteCount else { return nil }
        numbers = [bytes[..<Self.numberByteCount], bytes[Self.numberByteCount...]]
    }

    /// The signature as libcrypto wants it: a DER sequence of two integers.
    var der: [UInt8] {
        // Each integer has 35 bytes at most, so every length fits the short form.
        let content = numbers.flatMap { number -> [UInt8] in
            var digits = Array(number.drop { $0 == 0 })
            // Integers in DER are signed: a leading zero keeps one with its highest bit set positive.
            if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
            return [0x02, UInt8(digits.count)] + digits
        }
        return [0x30, UInt8(content.count)] + content
    }
}
