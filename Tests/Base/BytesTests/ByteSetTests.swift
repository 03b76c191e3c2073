import Bytes
import Testing

@Suite("Byte set")
struct ByteSetTests {
    @Test("a set has the bytes of its range but those left out, and none beyond ASCII")
    func members() {
        let set = ByteSet(0x20...0xff, except: "@~")
        for byte in UInt8.min...UInt8.max {
            #expect(set.contains(byte) == ((0x20..<0x80).contains(byte) && byte != 0x40 && byte != 0x7e))
        }
        #expect(set.containsAll("abc".utf8))
        #expect(set.containsAll([]))
        #expect(!set.containsAll("a@c".utf8))
    }

    @Test("a token of HTTP has letters, digits and fifteen other characters")
    func token() {
        let others = Set("!#$%&'*+-.^_`|~".utf8)
        for byte in UInt8.min...UInt8.max {
            let scalar = Unicode.Scalar(byte)
            let isAlphanumeric =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            #expect(ByteSet.token.contains(byte) == (isAlphanumeric || others.contains(byte)))
        }
    }
}
