import Crypto
import Testing

@Suite("The openssl command")
struct OpenSSLComparisonTests {
    private let message = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    @Test("computes the same digests", arguments: [0, 1, 55, 56, 64, 5000])
    func digests(count: Int) throws {
        let message = Array(message.prefix(count))
        #expect(try OpenSSLCommand.run(["dgst", "-sha1", "-binary"], input: message) == SHA1.hash(message).bytes)
        #expect(try OpenSSLCommand.run(["dgst", "-sha256", "-binary"], input: message) == SHA256.hash(message).bytes)
    }

    @Test("computes the same message authentication codes")
    func codes() throws {
        let arguments = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:00ff10", "-binary"]
        let expected = try OpenSSLCommand.run(arguments, input: message)
        #expect(HMAC.sha256(key: [0x00, 0xff, 0x10], message: message).bytes == expected)
    }
}
