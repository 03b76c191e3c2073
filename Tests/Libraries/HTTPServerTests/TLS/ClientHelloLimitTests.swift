import TestSupport
import Testing

@testable import HTTPServer

struct ClientHelloLimitTests {
    private static let ok = hello(ClientHelloLimit.maximum)
    private static let tooLarge = hello(ClientHelloLimit.maximum + 1)

    /// A ClientHello that announces `count` octets, with four of them in all.
    private static func hello(_ count: Int) -> [UInt8] {
        [1, UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)]
    }

    private static func record(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [type, 3, 1, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
    }

    /// Streams, whether they are allowed, and whether the beginning is over then.
    private static let cases: [(stream: [UInt8], isAllowed: Bool, isOver: Bool)] = [
        ([], true, false),
        (record(22, ok), true, false),
        (record(22, tooLarge), false, false),
        (record(22, [1, 255, 255, 255]), false, false),
        // What follows within the body is not a header.
        (record(22, hello(4) + tooLarge), true, false),
        // A second one, also behind records of another kind and empty ones.
        (record(22, hello(2) + [0, 0]) + record(20, [1]) + record(22, []) + record(22, tooLarge), false, false),
        (record(22, hello(2) + [0, 0] + tooLarge), false, false),
        (record(22, [1, 0]) + record(20, tooLarge) + record(22, [64, 1]), false, false),
        // A ClientKeyExchange of TLS 1.2, and the encrypted rest that may look like anything.
        (record(22, hello(0) + [16, 0, 0, 1, 0]) + record(20, [1]) + record(22, tooLarge), true, true),
        // TLS 1.3 goes on encrypted.
        (record(22, hello(0)) + record(23, [0]) + record(22, tooLarge), true, true),
        // Other protocols are left to OpenSSL.
        (record(22, [2, 255, 255, 255]), true, true),
        (Array("GET / HTTP/1.1\r\n\r\n".utf8), true, false),
    ]

    @Test(
        "a ClientHello may announce what a record holds, wherever it stands", arguments: cases.indices, [1, 2, 3, .max])
    func limit(index: Int, size: Int) {
        let (stream, isAllowed, isOver) = Self.cases[index]
        var limit = ClientHelloLimit()
        var rest = stream[...]
        var allowed = true
        while !rest.isEmpty, allowed {
            allowed = limit.allows(Array(rest.prefix(size)).span)
            rest = rest.dropFirst(size)
        }
        #expect(allowed == isAllowed)
        #expect(limit.isOver == isOver)
    }

    @Test("any bytes are read to their end") func anyBytesAreRead() {
        var generator = SeededGenerator(seed: 3)
        var refused = 0
        for _ in 0..<10_000 {
            var limit = ClientHelloLimit()
            var bytes = generator.bytes(Int.random(in: 0...40, using: &generator))
            if !bytes.isEmpty { bytes[0] = 22 }
            if bytes.count > 5 { bytes[5] = 1 }
            if !limit.allows(bytes.span) { refused += 1 }
        }
        #expect(refused > 1_000)
    }
}
