import Crypto
import Testing

@Suite("A hash context")
struct HashContextTests {
    @Test("gives the digest of the whole for input in pieces of any size")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var context = HashContext<SHA256>()
        for size in [1, 2, 63, 64, 65, 999, 1000] {
            for start in stride(from: 0, to: bytes.count, by: size) {
                context.update(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(context.finish() == SHA256.hash(bytes), "pieces of \(size)")
        }
    }

    @Test("starts anew after each digest")
    func reuse() {
        var context = HashContext<SHA1>()
        context.update("first".utf8)
        #expect(context.finish() == SHA1.hash("first".utf8))
        #expect(context.finish() == SHA1.hash([]))
        context.update("second".utf8.lazy.map { $0 })
        #expect(context.finish() == SHA1.hash("second".utf8))
    }
}
