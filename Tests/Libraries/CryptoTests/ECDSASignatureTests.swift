import Testing

@testable import Crypto

@Suite("An ECDSA signature")
struct ECDSASignatureTests {
    private func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        [first, second].flatMap { [UInt8](repeating: 0, count: 32 - $0.count) + $0 }
    }

    @Test("is written in DER with the shortest positive integers")
    func shortestIntegers() {
        #expect(ECDSASignature(joined: joined([1], [0x7f, 0xff]))?.der == [0x30, 7, 2, 1, 1, 2, 2, 0x7f, 0xff])
        #expect(ECDSASignature(joined: joined([0x80], []))?.der == [0x30, 7, 2, 2, 0, 0x80, 2, 1, 0])
        let largest = [UInt8](repeating: 0xff, count: 32)
        #expect(
            ECDSASignature(joined: largest + largest)?.der
                == [0x30, 70, 2, 33, 0] + largest + [2, 33, 0] + largest)
    }

    @Test("has 64 bytes when its numbers are joined", arguments: [0, 63, 65])
    func lengths(count: Int) {
        #expect(ECDSASignature(joined: [UInt8](repeating: 1, count: count))?.der == nil)
    }
}
