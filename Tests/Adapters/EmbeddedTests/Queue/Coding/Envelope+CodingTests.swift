import Messaging
import TestSupport
import Testing

@testable import Embedded

@Suite("Stored envelopes") struct EnvelopeCodingTests {
    @Test("every envelope is read as it was written", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let envelope = Envelope.random(using: &random)
        let bytes = try #require(envelope.encoded())
        let decoded = try Envelope(decoding: bytes)
        // NaN is not equal to itself; its encoding is.
        #expect(decoded == envelope || decoded.encoded() == bytes)
    }

    @Test("every truncation of an envelope is refused", arguments: 0..<20)
    func truncation(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try #require(Envelope.random(using: &random).encoded())
        for length in bytes.indices {
            #expect(throws: ByteReader.Malformed.self) { try Envelope(decoding: Array(bytes[..<length])) }
        }
        #expect(throws: ByteReader.Malformed.self) { try Envelope(decoding: bytes + [0]) }
    }

    @Test("reading ends for any bytes, and what is accepted is written and read without change", arguments: 0..<50)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try #require(Envelope.random(using: &random).encoded())
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0...Int.random(in: 0...3, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            guard let envelope = try? Envelope(decoding: damaged), let encoded = envelope.encoded() else { continue }
            #expect(try Envelope(decoding: encoded).encoded() == encoded)
        }
    }

    @Test("headers may be nested up to the limit and no deeper")
    func nesting() throws {
        func envelope(depth: Int) -> Envelope {
            var value = HeaderValue.integer(1)
            for level in 1..<depth { value = level.isMultiple(of: 2) ? .array([value]) : .table(["k": value]) }
            return Envelope(
                exchange: "", routingKey: "", properties: MessageProperties(headers: ["deep": value]))
        }
        let deepest = envelope(depth: HeaderNesting.limit)
        #expect(try Envelope(decoding: try #require(deepest.encoded())) == deepest)
        #expect(envelope(depth: HeaderNesting.limit + 1).encoded() == nil)
        // A hundred thousand nested tables as bytes: format, flags, names, then table in table.
        let hostile = [1, 0x80, 0x01, 0, 0] + Array(repeating: [1, 1, 107, 9] as [UInt8], count: 100_000).joined()
        #expect(throws: ByteReader.Malformed.self) { try Envelope(decoding: hostile) }
    }

    @Test("a damaged envelope is replaced by an empty one")
    func recovery() {
        let empty = Envelope(exchange: "", routingKey: "", properties: MessageProperties())
        #expect(Envelope(recovering: [9, 9, 9]) == empty)
        #expect(Envelope(recovering: []) == empty)
    }
}

extension Envelope {
    static func random(using random: inout SeededGenerator) -> Envelope {
        func maybe<Value>(_ value: (inout SeededGenerator) -> Value) -> Value? {
            Bool.random(using: &random) ? value(&random) : nil
        }
        var envelope = Envelope(
            exchange: text(&random), routingKey: text(&random),
            properties: MessageProperties(
                contentType: maybe(text), messageID: maybe(text), type: maybe(text),
                timestamp: maybe { Int64.random(in: .min ... .max, using: &$0) },
                isPersistent: .random(using: &random), priority: maybe { .random(in: 0...255, using: &$0) } ?? 0,
                expiration: maybe { .random(in: 0 ... .max, using: &$0) }, headers: table(depth: 0, &random)),
            hasDied: .random(using: &random))
        for property in MessageProperties.Carried.allCases { envelope.properties.carried[property] = maybe(text) }
        return envelope
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 0...12, using: &random)).map { _ in "aé日🛒\0 ".randomElement(using: &random) ?? "x" })
    }

    private static func table(depth: Int, _ random: inout SeededGenerator) -> HeaderTable {
        var table: HeaderTable = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) { table[text(&random)] = value(depth: depth + 1, &random) }
        return table
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> HeaderValue {
        switch Int.random(in: 0...(depth < 4 ? 9 : 7), using: &random) {
        case 0: .null
        case 1: .bool(true)
        case 2: .bool(false)
        case 3: .integer(.random(in: .min ... .max, using: &random))
        case 4: .double(Double(bitPattern: random.next()))
        case 5: .string(text(&random))
        case 6: .bytes((0..<Int.random(in: 0...9, using: &random)).map { _ in .random(in: 0...255, using: &random) })
        case 7: .timestamp(.random(in: .min ... .max, using: &random))
        case 8: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth + 1, &random) })
        default: .table(table(depth: depth, &random))
        }
    }
}
