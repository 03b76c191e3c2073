import Events
import TestSupport
import Testing

@Suite("An event id")
struct EventIDTests {
    private let example = EventID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)

    @Test("is read in any case and written in lower case")
    func text() {
        #expect(EventID("01234567-89AB-cdef-FEDC-ba9876543210") == example)
        #expect(example.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(EventID("00000000-0000-0000-0000-000000000000") == EventID(high: 0, low: 0))
        #expect(EventID("ffffffff-ffff-ffff-ffff-ffffffffffff") == EventID(high: .max, low: .max))
    }

    @Test(
        "is nothing but 8-4-4-4-12 hexadecimal digits",
        arguments: [
            "", "0", "01234567-89ab-cdef-fedc-ba987654321", "01234567-89ab-cdef-fedc-ba98765432100",
            "0123456789abcdeffedcba9876543210", "{01234567-89ab-cdef-fedc-ba9876543210}",
            "urn:uuid:01234567-89ab-cdef-fedc-ba9876543210", "01234567-89ab-cdef-fedc-ba987654321g",
            "01234567_89ab_cdef_fedc_ba9876543210", "012345678-9ab-cdef-fedc-ba9876543210",
            " 1234567-89ab-cdef-fedc-ba9876543210", "01234567-89ab-cdef-fedc-ba98765432é",
            "０1234567-89ab-cdef-fedc-ba9876543", "01234567-89ab-cdef-fedc--a9876543210",
        ])
    func otherText(text: String) {
        #expect(EventID(text) == nil)
    }

    @Test(
        "is read in every spelling of a UUID",
        arguments: [
            "01234567-89ab-cdef-fedc-ba9876543210", "01234567-89AB-CDEF-FEDC-BA9876543210",
            "0123456789abcdeffedcba9876543210", "0123456789ABCDEFFEDCBA9876543210",
            "{01234567-89ab-cdef-fedc-ba9876543210}", "{0123456789abcdeffedcba9876543210}",
            "urn:uuid:01234567-89ab-cdef-fedc-ba9876543210", "URN:UUID:01234567-89AB-CDEF-FEDC-BA9876543210",
        ])
    func anySpelling(text: String) {
        #expect(EventID(anySpelling: text.utf8) == example)
    }

    @Test(
        "is not read of other text than a UUID, in no spelling",
        arguments: [
            "", "{", "{}", "a-1", "0123456789abcdeffedcba987654321", "0123456789abcdeffedcba98765432100",
            "{01234567-89ab-cdef-fedc-ba9876543210", "01234567-89ab-cdef-fedc-ba9876543210}",
            "{{01234567-89ab-cdef-fedc-ba9876543210}}", "uuid:01234567-89ab-cdef-fedc-ba9876543210", "urn:uuid:",
            "urn\u{1a}uuid\u{1a}01234567-89ab-cdef-fedc-ba9876543210", "0123456789abcdeffedcba987654321g",
            "01234567-89abcdef-fedcba9876543210",
        ])
    func noSpelling(text: String) {
        #expect(EventID(anySpelling: text.utf8) == nil)
    }

    @Test("keeps its bytes and text through every round trip")
    func roundTrips() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let id = EventID(high: generator.next(), low: generator.next())
            #expect(EventID(bytes: id.bytes) == id)
            #expect(EventID(id.description) == id)
            #expect(EventID(utf8: Array(id.description.uppercased().utf8)) == id)
        }
    }

    @Test("has sixteen bytes, the most significant first")
    func bytes() {
        #expect(
            example.bytes == [
                1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
            ])
        #expect(EventID(bytes: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(EventID(bytes: [UInt8](repeating: 0, count: 17)) == nil)
    }

    @Test("sorts as its bytes do")
    func order() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<1000 {
            let left = EventID(high: generator.next() & 1, low: generator.next())
            let right = EventID(high: generator.next() & 1, low: generator.next())
            #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
        }
    }

    @Test("of version 5 is that of the RFC's example")
    func version5() {
        let dns = EventID(high: 0x6ba7_b810_9dad_11d1, low: 0x80b4_00c0_4fd4_30c8)
        let id = EventID.version5(namespace: dns, name: "www.example.com".utf8)
        #expect(id.description == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(id.version == 5)
        // The example of RFC 4122's errata, as Python's uuid module has it.
        #expect(
            EventID.version5(namespace: dns, name: "python.org".utf8).description
                == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
    }

    @Test("of version 5 depends on namespace and name alone")
    func derivation() {
        let name = Array("{}".utf8)
        let id = EventID.version5(namespace: .messageNamespace, name: name)
        #expect(id == EventID.version5(namespace: .messageNamespace, name: name))
        #expect(id != EventID.version5(namespace: .idempotencyKeyNamespace, name: name))
        #expect(id != EventID.version5(namespace: .messageNamespace, name: name + [0]))
    }

    @Test("of version 7 is that of the RFC's example")
    func version7() {
        // The example's random bits, in the order in which the function draws them.
        var generator = ScriptedGenerator(words: [0xcc3, 0x18c4_dc0c_0c07_398f])
        let time = Timestamp(microseconds: 0x017f_22e2_79b0 * 1000)
        let id = EventID.version7(at: time, using: &generator)
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(id.version == 7)
    }

    @Test("of version 7 has version and variant whatever the random bits and the time are")
    func version7Bits() {
        for word in [0, UInt64.max] {
            for time in [Int64.min, -1, 0, .max] {
                var generator = ScriptedGenerator(words: [word, word])
                let id = EventID.version7(at: Timestamp(microseconds: time), using: &generator)
                #expect(id.version == 7)
                #expect(id.low >> 62 == 0b10)
                #expect(id.high >> 16 == (time == .max ? 0xffff_ffff_ffff : 0))
            }
        }
    }
}

/// Gives the words of a script, then zeros.
struct ScriptedGenerator: RandomNumberGenerator, Sendable {
    var words: [UInt64]

    mutating func next() -> UInt64 {
        words.isEmpty ? 0 : words.removeFirst()
    }
}
