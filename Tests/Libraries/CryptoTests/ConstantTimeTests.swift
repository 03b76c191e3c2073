import Crypto
import Testing

@Suite("Comparing in constant time")
struct ConstantTimeTests {
    @Test("finds a difference in any single bit and in length")
    func differences() {
        let bytes = Array("a token of some length".utf8)
        #expect(constantTimeEquals(bytes, bytes))
        for index in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[index] ^= 1 << bit
                #expect(!constantTimeEquals(bytes, other))
            }
        }
        #expect(!constantTimeEquals(bytes, bytes + [0]))
        #expect(!constantTimeEquals(bytes, []))
        #expect(constantTimeEquals([], []))
    }
}
