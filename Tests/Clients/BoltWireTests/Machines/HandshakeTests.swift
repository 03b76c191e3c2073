import BoltWire
import Testing

@Suite("Agreeing on a version")
struct HandshakeTests {
    /// What is agreed to when a server answers, which must not depend on how the answer is cut.
    private func agree(
        _ digits: String, highest: BoltVersion = BoltVersion(5, 8)
    ) throws(BoltWireError) -> Handshake.Agreement? {
        let bytes = hex(digits)
        var whole = Handshake(highest: highest)
        let agreement = try whole.received(bytes)
        var dripping = Handshake(highest: highest)
        var last: Handshake.Agreement?
        for byte in bytes { last = try dripping.received([byte]) }
        #expect(last == agreement)
        return agreement
    }

    @Test("the manifest is offered first, then 5.8 to 5.0, then 4.4")
    func opening() {
        #expect(Handshake().opening == hex("6060B017 000001FF 00080805 00000404 00000000"))
        #expect(Handshake(highest: BoltVersion(6, 1)).opening == Handshake().opening)
        #expect(Handshake(highest: BoltVersion(5, 5)).opening == hex("6060B017 000001FF 00040405 00000404 00000000"))
        #expect(Handshake(highest: BoltVersion(4, 4)).opening == hex("6060B017 000001FF 00000404 00000000 00000000"))
    }

    @Test(
        "a server without a manifest names one version",
        arguments: [
            ("00000404", BoltVersion(4, 4)), ("00000005", BoltVersion(5, 0)), ("00000405", BoltVersion(5, 4)),
            ("00000805", BoltVersion(5, 8)),
        ])
    func legacy(digits: String, version: BoltVersion) throws {
        let agreement = try #require(try agree(digits))
        #expect(agreement.version == version)
        #expect(agreement.bytes.isEmpty)
        #expect(!agreement.usedManifest)
    }

    @Test(
        "a version that was not offered is refused",
        arguments: [
            "00000304", "00000505", "00000905", "00000006", "00000003", "00000001",
        ])
    func notOffered(digits: String) {
        #expect(code { _ = try agree(digits, highest: BoltVersion(6, 1)) } == .noCommonVersion)
    }

    @Test(
        "the highest known version is taken, wherever it stands in the manifest",
        arguments: [
            // Neo4j 5.26 lists 4.4 first.
            ("000001FF 03 00040404 00040405 00020805 00", "5.8", BoltVersion(5, 8), "5.8"),
            ("000001FF 03 00020805 00040405 00040404 00", "5.8", BoltVersion(5, 8), "5.8"),
            ("000001FF 02 00000404 00000206 00", "6.2 alone is not known", BoltVersion(6, 1), "4.4"),
            ("000001FF 02 00000404 00020206 00", "6.2 to 6.0", BoltVersion(6, 1), "6.1"),
            ("000001FF 02 00020206 00080805 00", "a lower one by choice", BoltVersion(5, 8), "5.8"),
            ("000001FF 02 00020206 00080805 00", "a lower one by choice", BoltVersion(5, 7), "5.7"),
            ("000001FF 01 00020805 00", "the lowest of a range", BoltVersion(5, 6), "5.6"),
            ("000001FF 01 00FF0805 00", "a range below zero", BoltVersion(5, 4), "5.4"),
            ("000001FF 02 00000404 00000007 00", "7.0 is not known", BoltVersion(6, 1), "4.4"),
        ])
    func manifest(digits: String, what: String, highest: BoltVersion, expected: String) throws {
        let agreement = try #require(try agree(digits, highest: highest))
        #expect(agreement.version.description == expected, "\(what)")
        #expect(agreement.bytes == [0, 0, agreement.version.minor, agreement.version.major, 0])
        #expect(agreement.usedManifest)
    }

    @Test("a range of 5.8 to 5.6 has no 5.5 in it, nor 5.4")
    func range() {
        #expect(code { _ = try agree("000001FF 01 00020805 00", highest: BoltVersion(5, 5)) } == .noCommonVersion)
    }

    @Test("abilities of a manifest are told and none is used")
    func capabilities() throws {
        let agreement = try #require(try agree("000001FF 01 00080805 8501"))
        #expect(agreement.capabilities == 133)
        #expect(try agree("000001FF 01 00080805 FFFFFFFFFFFFFFFFFF01")?.capabilities == .max)
        #expect(agreement.bytes.last == 0)
    }

    @Test("a server that speaks nothing in common is told apart by what it speaks")
    func nothing() throws {
        #expect(code { _ = try agree("00000000") } == .noCommonVersion)
        var handshake = Handshake()
        do {
            _ = try handshake.received(hex("000001FF 02 00020304 00000006 00"))
            Issue.record("agreed")
        } catch {
            #expect(error.code == .noCommonVersion)
            #expect(error.message.contains("4.1 to 4.3, 6.0"))
        }
    }

    @Test(
        "a manifest that announces too much or nothing is refused without room for it",
        arguments: [
            "000001FF 00 00", "000001FF 8102", "000001FF 80808080808080808001", "000001FF FFFFFFFFFFFFFFFFFF7F",
            "000001FF FFFFFFFFFFFFFFFFFFFF", "000001FF 01 00080805 FFFFFFFFFFFFFFFFFF02",
        ])
    func tooMuch(digits: String) {
        #expect(code { _ = try agree(digits) } == .malformed)
    }

    @Test(
        "a manifest that is not whole is waited for",
        arguments: [
            "", "00", "000001FF", "000001FF 80", "000001FF 02 00080805", "000001FF 01 00080805",
            "000001FF 01 00080805 80",
        ])
    func waits(digits: String) throws {
        #expect(try agree(digits) == nil)
    }

    @Test(
        "whoever is not Bolt is named",
        arguments: [
            ("HTTP/1.1 400 Bad Request", "HTTP"), ("\u{15}\u{3}\u{3}\0\u{2}\u{2}\u{46}", "TLS"),
            ("SSH-2.0", "not speak"),
        ])
    func others(text: String, word: String) {
        var handshake = Handshake()
        do throws(BoltWireError) {
            _ = try handshake.received(Array(text.utf8))
            Issue.record("agreed")
        } catch {
            #expect(error.code == .notBolt)
            #expect(error.message.contains(word))
        }
        #expect(code { _ = try handshake.received([]) } == .notBolt)
    }

    @Test("what comes behind the agreement is kept for the messages")
    func rest() throws {
        var handshake = Handshake()
        #expect(handshake.rest().isEmpty)
        #expect(try handshake.received(hex("000001FF 01 00080805 00 0002")) != nil)
        #expect(try handshake.received(hex("B07E")) != nil)
        #expect(handshake.rest() == hex("0002 B07E"))
        #expect(handshake.rest().isEmpty)
    }
}
