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
    var der: [UInt8] { DER.sequence(numbers.map(DER.integer)) }
}
