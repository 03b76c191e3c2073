import AMQPWire
import TestSupport
import Testing

@Suite("Content properties on the wire")
struct BasicPropertiesTests {
    /// Each property with its flag, in the specification's order, and its bytes.
    private static let each: [(flag: UInt16, set: @Sendable (inout BasicProperties) -> Void, bytes: [UInt8])] = [
        (0x8000, { $0.contentType = "application/json" }, short("application/json")),
        (0x4000, { $0.contentEncoding = "gzip" }, short("gzip")),
        (0x2000, { $0.headers = ["n": .int32(-1)] }, hex("00000007 01 6E 49 FFFFFFFF")),
        (0x1000, { $0.deliveryMode = 2 }, [2]),
        (0x0800, { $0.priority = 255 }, [255]),
        (0x0400, { $0.correlationID = "" }, short("")),
        (0x0200, { $0.replyTo = "answers" }, short("answers")),
        (0x0100, { $0.expiration = "60000" }, short("60000")),
        (0x0080, { $0.messageID = "5f0c" }, short("5f0c")),
        (0x0040, { $0.timestamp = 0x0102_0304_0506_0708 }, hex("0102030405060708")),
        (0x0020, { $0.type = "event" }, short("event")),
        (0x0010, { $0.userID = "guest" }, short("guest")),
        (0x0008, { $0.appID = "ünïcode" }, short("ünïcode")),
        (0x0004, { $0.clusterID = "c" }, short("c")),
    ]

    private func check(_ flags: UInt16) throws {
        var properties = BasicProperties()
        var payload = join(hex("003C 0000 0000000000000102"), big(Int(flags), bytes: 2))
        for property in Self.each where flags & property.flag != 0 {
            property.set(&properties)
            payload += property.bytes
        }
        let header = ContentHeader(bodySize: 258, properties: properties)
        var encoder = FrameEncoder()
        try encoder.header(header, channel: 3)
        #expect(encoder.bytes == frame(2, 3, payload), "flags \(String(flags, radix: 2))")
        #expect(try decoded(frame(2, 3, payload)) == [.header(channel: 3, header)])
    }

    @Test("each property alone, none and all are written in the specification's order, and read again")
    func alone() throws {
        for property in Self.each { try check(property.flag) }
        try check(0)
        try check(0xFFFC)
    }

    @Test("any combination of properties is written and read")
    func combinations() throws {
        var generator = SeededGenerator(seed: 14)
        for _ in 0..<500 { try check(UInt16.random(in: 0...UInt16.max, using: &generator) & 0xFFFC) }
    }

    @Test("a header that is cut anywhere, in a frame of its own, is a syntax error")
    func truncated() {
        let payload = Self.each.reduce(hex("003C 0000 0000000000000000 FFFC")) { $0 + $1.bytes }
        for count in payload.indices {
            #expect(failure(frame(2, 1, Array(payload.prefix(count))))?.replyCode == 502, "\(count) bytes")
        }
    }

    @Test(
        "a header that is none of class basic is an error",
        arguments: [
            (501, "003D 0000 0000000000000000 0000"),  // another class
            (501, "003C 0001 0000000000000000 0000"),  // a weight
            (502, "003C 0000 0000000000000000 0001 0000"),  // a second word of flags
            (502, "003C 0000 0000000000000000 0000 00"),  // a byte too many
        ])
    func malformed(_ code: Int, _ payload: String) {
        #expect(failure(frame(2, 1, hex(payload)))?.replyCode == UInt16(code))
    }

    @Test("flags that stand for nothing are passed over", arguments: ["0001", "0002", "0003"])
    func unknownFlags(_ flags: String) throws {
        let header = ContentHeader(bodySize: 0, properties: BasicProperties())
        #expect(
            try decoded(frame(2, 1, hex("003C 0000 0000000000000000 \(flags)"))) == [.header(channel: 1, header)])
    }

    @Test("a body's size takes all of its 64 bits")
    func bodySize() throws {
        let header = ContentHeader(bodySize: .max, properties: BasicProperties())
        #expect(try decoded(frame(2, 1, hex("003C 0000 FFFFFFFFFFFFFFFF 0000"))) == [.header(channel: 1, header)])
    }
}
