import Crypto
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "gives the digests that RFC 6234 publishes",
        arguments: [
            ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
            ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ])
    func publishedVectors(text: String, repetitions: Int, digest: String) {
        #expect(SHA256.hash(String(repeating: text, count: repetitions).utf8).hexadecimal == digest)
    }

    @Test("tells digests apart and finds equal ones in a set")
    func equality() {
        let digests = Set((0..<100).map { SHA256.hash(String($0 % 10).utf8) })
        #expect(digests.count == 10)
        #expect(digests.contains(SHA256.hash("7".utf8)))
        #expect(!digests.contains(SHA256.hash("10".utf8)))
    }
}
