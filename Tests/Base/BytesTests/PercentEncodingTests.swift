import Bytes
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "all but letters, digits and -._~ is encoded",
        arguments: [
            ("AZaz09-._~", "AZaz09-._~"), ("/ %", "%2F%20%25"), ("ä\0", "%C3%A4%00"), ("", ""),
            ("[`{^", "%5B%60%7B%5E"),
        ])
    func encoding(_ text: String, _ encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test("every ASCII character comes back")
    func roundTrip() {
        let text = String(decoding: UInt8(0)...127, as: UTF8.self)
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }

    @Test("half an encoding, and what is not UTF-8, is refused", arguments: ["%", "a%2", "%g0", "%0x", "%ff", "%c3"])
    func refusal(_ text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test("a plus stands for a space only where that is said")
    func plus() {
        #expect(PercentEncoding.decode("a+b") == "a+b")
        #expect(PercentEncoding.decode(bytes: "a+b%2B".utf8, plusIsSpace: true) == Array("a b+".utf8))
        #expect(PercentEncoding.decode(bytes: "%FF".utf8) == [0xff])
    }
}
