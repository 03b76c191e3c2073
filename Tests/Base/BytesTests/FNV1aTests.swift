import Bytes
import Testing

@Suite("FNV-1a")
struct FNV1aTests {
    // The values of the reference implementation's test vectors.
    @Test(
        "hashes are those of the reference",
        arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
            as [(String, UInt64)])
    func reference(_ text: String, _ value: UInt64) {
        var hash = FNV1a()
        hash.add(contentsOf: text.utf8)
        #expect(hash.value == value)
    }

    @Test("a number is hashed as its bytes, the lowest first")
    func words() {
        var (left, right) = (FNV1a(), FNV1a())
        left.add(0x0807_0605_0403_0201 as UInt64)
        right.add(contentsOf: 1...8)
        #expect(left == right)
    }
}
