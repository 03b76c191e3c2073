import Crypto
import Testing

@Suite("SHA-1")
struct SHA1Tests {
    @Test(
        "gives the digests that RFC 3174 publishes",
        arguments: [
            ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
            (
                "0123456701234567012345670123456701234567012345670123456701234567", 10,
                "dea356a2cddd90c7a7ecedc5ebb563934f460452"
            ),
            ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ])
    func publishedVectors(text: String, repetitions: Int, digest: String) {
        #expect(SHA1.hash(String(repeating: text, count: repetitions).utf8).hexadecimal == digest)
    }

    @Test("gives its digest as integers and as bytes alike")
    func words() {
        let digest = SHA1.hash("abc".utf8)
        #expect(digest.words == (0xa999_3e36_4706_816a, 0xba3e_2571_7850_c26c, 0x9cd0_d89d))
        #expect(digest.bytes.count == SHA1.Digest.byteCount)
        #expect(digest.bytes.prefix(3) == [0xa9, 0x99, 0x3e])
        #expect("\(digest)" == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test("hashes arrays, slices, lazy sequences and spans to the same digest")
    func kindsOfInput() {
        let bytes = Array("the same bytes".utf8)
        let digest = SHA1.hash(bytes)
        #expect(SHA1.hash(bytes.span) == digest)
        #expect(SHA1.hash(([0] + bytes).dropFirst()) == digest)
        #expect(SHA1.hash(bytes.lazy.map { $0 }) == digest)
        #expect(SHA1.hash("the other bytes".utf8) != digest)
    }

    @Test("derives the name-based identifier that RFC 9562 publishes")
    func nameBasedIdentifier() {
        let namespace: [UInt8] = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]
        // RFC 9562, appendix A.4: 2ed6657d-e927-568b-95e1-2665a8aea6a2, before version and variant are set.
        let words = SHA1.hash(namespace + Array("www.example.com".utf8)).words
        #expect(words.0 & 0xffff_ffff_ffff_0fff | 0x5000 == 0x2ed6_657d_e927_568b)
        #expect((words.1 & (.max >> 2)) | (1 << 63) == 0x95e1_2665_a8ae_a6a2)
    }

    @Test("gives the same digests to many tasks at once")
    func concurrentUse() async {
        await withTaskGroup(of: [SHA1.Digest].self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).map { SHA1.hash(String($0).utf8) } }
            }
            let expected = (0..<500).map { SHA1.hash(String($0).utf8) }
            for await digests in group { #expect(digests == expected) }
        }
    }
}
