import AMQPWire
import Testing

/// A field value and its bytes with the type octet, after RabbitMQ's errata.
struct ValueSample: Sendable, CustomTestStringConvertible {
    let value: FieldValue
    let bytes: [UInt8]

    init(_ value: FieldValue, _ type: Character, _ bytes: [UInt8] = []) {
        self.value = value
        self.bytes = Array(String(type).utf8) + bytes
    }

    var testDescription: String { "\(value)" }

    static let all = [
        ValueSample(.void, "V"),
        ValueSample(.boolean(true), "t", [1]), ValueSample(.boolean(false), "t", [0]),
        ValueSample(.int8(.min), "b", hex("80")), ValueSample(.uint8(.max), "B", hex("FF")),
        ValueSample(.int16(-2), "s", hex("FFFE")), ValueSample(.uint16(0x0102), "u", hex("0102")),
        ValueSample(.int32(.min), "I", hex("80000000")), ValueSample(.uint32(.max), "i", hex("FFFFFFFF")),
        ValueSample(.int64(.min), "l", hex("8000000000000000")), ValueSample(.int64(258), "l", hex("0000000000000102")),
        ValueSample(.float(1.5), "f", hex("3FC00000")), ValueSample(.double(-2), "d", hex("C000000000000000")),
        ValueSample(.decimal(scale: 2, value: -1), "D", hex("02 FFFFFFFF")),
        ValueSample(.string(""), "S", hex("00000000")), ValueSample(.string("naïve 🛒"), "S", long("naïve 🛒")),
        ValueSample(.bytes([0, 0xFF]), "x", hex("00000002 00FF")),
        ValueSample(.timestamp(1_700_000_000), "T", hex("000000006553F100")),
        ValueSample(.array([]), "A", hex("00000000")),
        // An array's length is in bytes: one octet and one of three.
        ValueSample(.array([.void, .int16(1)]), "A", hex("00000004 56 730001")),
        ValueSample(.table([:]), "F", hex("00000000")),
        ValueSample(
            .table(["k": .array([.table(["": .void])])]), "F", hex("0000000E 016B 41 00000007 46 00000002 0056")),
    ]
}

@Suite("Field tables on the wire")
struct FieldValueTests {
    @Test("a value is written as the errata have it, and read again", arguments: ValueSample.all)
    func sample(_ sample: ValueSample) throws {
        var declare = QueueDeclare(queue: "q")
        declare.arguments = ["key": sample.value, "after": .int8(1)]
        let bytes = queueDeclare(arguments: join(short("key"), sample.bytes, short("after"), hex("62 01")))
        var encoder = FrameEncoder()
        try encoder.method(.queueDeclare(declare), channel: 1)
        #expect(encoder.bytes == bytes)
        #expect(try decoded(bytes) == [.method(channel: 1, .queueDeclare(declare))])
    }

    @Test("a value whose length goes beyond its table is a syntax error", arguments: ValueSample.all)
    func truncated(_ sample: ValueSample) {
        for count in sample.bytes.indices {
            let bytes = queueDeclare(arguments: join(short("key"), Array(sample.bytes.prefix(count))))
            #expect(failure(bytes)?.replyCode == 502, "\(count) bytes")
        }
    }

    private func value(_ bytes: [UInt8]) throws -> FieldValue? {
        guard
            case .method(_, .queueDeclare(let declare)) = try decoded(queueDeclare(arguments: short("k") + bytes)).first
        else { return nil }
        return declare.arguments["k"]
    }

    @Test("L is a signed number of 64 bits, as l is")
    func longLong() throws {
        #expect(try value(hex("4C FFFFFFFFFFFFFFFF")) == .int64(-1))
    }

    @Test("any octet but zero is true")
    func booleans() throws {
        #expect(try value(hex("74 02")) == .boolean(true))
        #expect(try value(hex("74 FF")) == .boolean(true))
    }

    @Test("the bits of numbers that are not equal to themselves are kept")
    func notANumber() throws {
        guard case .float(let float) = try value(hex("66 7FC00001")),
            case .double(let double) = try value(hex("64 FFF8000000000001"))
        else {
            Issue.record("neither float nor double")
            return
        }
        #expect(float.bitPattern == 0x7FC0_0001)
        #expect(double.bitPattern == 0xFFF8_0000_0000_0001)
    }

    @Test("a type that nobody sends is a syntax error, since its length is not known")
    func unknownType() {
        for type in UInt8.min...UInt8.max where !"tbBsuIilLfdDSATFVx".utf8.contains(type) {
            #expect(failure(queueDeclare(arguments: short("k") + [type] + hex("0000000000000000")))?.replyCode == 502)
        }
    }

    @Test("a key that stands twice is carried twice, in order, and the first is found")
    func duplicateKeys() throws {
        let table = FieldTable([.init("k", .int8(1)), .init("a", .void), .init("k", .int8(2))])
        var declare = QueueDeclare(queue: "q")
        declare.arguments = table
        var encoder = FrameEncoder()
        try encoder.method(.queueDeclare(declare), channel: 1)
        #expect(try decoded(encoder.bytes) == [.method(channel: 1, .queueDeclare(declare))])
        #expect(table["k"] == .int8(1))
        #expect(table["absent"] == nil)
    }
}
