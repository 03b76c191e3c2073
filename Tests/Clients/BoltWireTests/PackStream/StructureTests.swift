import BoltWire
import TestSupport
import Testing

@Suite("Structures that are values")
struct StructureTests {
    private let four = PackStreamDialect(BoltVersion(4, 4))

    @Test("a node has a name of its own, or its number before 5.0")
    func node() throws {
        let expected = BoltNode(id: 3, elementID: "4:a:3", labels: ["User"], properties: ["n": 1])
        #expect(try value("B44E 03 91 8455736572 A1816E01 85343A613A33") == .node(expected))
        #expect(try value("B34E 03 91 8455736572 A1816E01").node?.elementID == "3")
    }

    @Test("a relationship has the names of its ends, or their numbers before 5.0")
    func relationship() throws {
        let new = try #require(try value("B852 01 02 03 8152 A0 8161 8162 8163").relationship)
        #expect(
            new
                == BoltRelationship(
                    BoltUnboundRelationship(id: 1, elementID: "a", type: "R", properties: [:]), startID: 2,
                    startElementID: "b", endID: 3, endElementID: "c"))
        let old = try #require(try value("B552 01 02 03 8152 A0").relationship)
        #expect(old.relationship.elementID == "1")
        #expect([old.startElementID, old.endElementID] == ["2", "3"])
    }

    @Test("a path goes along and against relationships, and may come back")
    func path() throws {
        let nodes = [1, 2].map { BoltNode(id: $0, labels: [], properties: [:]) }
        let relationships = [BoltUnboundRelationship(id: 7, type: "R", properties: [:])]
        let path = try #require(BoltPath(nodes: nodes, relationships: relationships, indices: [-1, 1, 1, 0]))
        #expect(path.start.id == 1)
        #expect(path.steps.map(\.node.id) == [2, 1])
        // Both times it runs from 2 to 1.
        #expect(path.steps.map(\.relationship.startID) == [2, 2])
        #expect(path.steps.map(\.relationship.endID) == [1, 1])
        #expect(try value(try packed(.path(path))) == .path(path))
    }

    @Test(
        "a path that leads to nothing is refused",
        arguments: [
            "B350 90 90 90", "B350 91B34E0090A0 90 9101", "B350 91B34E0090A0 90 920100",
            "B350 91B34E0090A0 91B372008152A0 920001", "B350 91B34E0090A0 91B372008152A0 920101",
            "B350 91B34E0090A0 91B372008152A0 92CB800000000000000000", "B350 91B34E0090A0 91B372008152A0 9201FF",
            "B350 91B144 01 90 90", "B350 9101 90 90",
        ])
    func noPath(digits: String) {
        #expect(code { _ = try value(digits) } == .malformed)
    }

    @Test("times are read in the form of 5.0 and in that of 4.4")
    func times() throws {
        // 2025-10-26 02:30 in Berlin, when the clock was set back: the hour occurs twice.
        let first = BoltDateTime(seconds: 1_761_438_600, nanoseconds: 5, offset: 7_200)
        let second = BoltDateTime(seconds: 1_761_442_200, nanoseconds: 5, offset: 3_600)
        for time in [first, second] {
            #expect(try value(try packed(.dateTime(time))) == .dateTime(time))
            let old = try packed(.dateTime(time), BoltVersion(4, 4))
            #expect(old.prefix(2) == [0xB3, 0x46])
            #expect(try value(old, four) == .dateTime(time))
            #expect(try packed(.dateTime(time), BoltVersion(4, 4), isPatched: true) == packed(.dateTime(time)))
        }
        // On the clock of the wall they are the same, which is why UTC is asked for.
        #expect(
            try packed(.dateTime(first), BoltVersion(4, 4))[2..<7]
                == packed(.dateTime(second), BoltVersion(4, 4))[2..<7])
    }

    @Test("offsets with seconds, years before zero and nanoseconds before 1970 are kept")
    func edges() throws {
        let values: [BoltValue] = [
            .dateTime(BoltDateTime(seconds: 0, offset: 3_601)),
            .dateTime(BoltDateTime(seconds: -1, nanoseconds: 999_999_999)),
            .localDateTime(BoltLocalDateTime(seconds: -62_198_755_200)), .date(BoltDate(days: -719_893)),
            .time(BoltTime(nanoseconds: 0, offset: -64_800)),
            .localTime(BoltLocalTime(nanoseconds: 86_399_999_999_999)),
            .duration(BoltDuration(months: -1, days: 1, seconds: -1, nanoseconds: -1)),
        ]
        for original in values { #expect(try value(try packed(original)) == original) }
    }

    @Test("a zone that nobody knows is a value; a time on its clock cannot be sent to a server that counts on UTC")
    func zones() throws {
        let time = BoltZonedDateTime(seconds: 1, zone: "Mars/Phobos")
        #expect(try value("B369 01 00 8B4D6172732F50686F626F73") == .zonedDateTime(time))
        let local = try value("B366 01 00 8B4D6172732F50686F626F73", four)
        #expect(local == .zonedDateTime(BoltZonedDateTime(seconds: 1, zone: "Mars/Phobos", clock: .local)))
        #expect(try value(try packed(local, BoltVersion(4, 4)), four) == local)
        #expect(code { _ = try packed(local) } == .notEncodable)
        #expect(code { _ = try packed(.zonedDateTime(time), BoltVersion(4, 4)) } == .notEncodable)
    }

    @Test(
        "times outside of their range are refused",
        arguments: [
            "B174 FF", "B174 CB00004E94914F0000", "B254 FF 00", "B254 00 CB0000000080000000", "B349 00 FF 00",
            "B349 00 CA3B9ACA00 00", "B264 00 CA3B9ACA00", "B369 00 FF 8155", "B346 CB8000000000000000 00 01",
        ])
    func outside(digits: String) {
        #expect(code { _ = try value(digits) } == .malformed)
    }

    @Test("times outside of their range are not written")
    func outsideWritten() {
        let values: [BoltValue] = [
            .localTime(BoltLocalTime(nanoseconds: -1)), .time(BoltTime(nanoseconds: 86_400_000_000_000, offset: 0)),
            .dateTime(BoltDateTime(seconds: 0, nanoseconds: -1)),
            .localDateTime(BoltLocalDateTime(seconds: 0, nanoseconds: 1_000_000_000)),
        ]
        for value in values { #expect(code { _ = try packed(value) } == .notEncodable) }
        let last = BoltValue.dateTime(BoltDateTime(seconds: .max, offset: 1))
        #expect(code { _ = try packed(last, BoltVersion(4, 4)) } == .notEncodable)
    }

    @Test("points have two or three dimensions")
    func points() throws {
        #expect(
            try value("B358 C91C23 C13FF0000000000000 C14000000000000000")
                == .point(BoltPoint(srid: 7_203, x: 1, y: 2)))
        #expect(
            try value("B459 C923C5 C13FF0000000000000 C14000000000000000 C14008000000000000")
                == .point(BoltPoint(srid: 9_157, x: 1, y: 2, z: 3)))
    }

    @Test("a vector has numbers of one type, the highest byte first")
    func vectors() throws {
        #expect(try value("B256 CC01C8 CC0280FF") == .vector(.int8([-128, -1])))
        #expect(try value("B256 CC01C9 CC040001FFFE") == .vector(.int16([1, -2])))
        #expect(try value("B256 CC01CA CC0400000001") == .vector(.int32([1])))
        #expect(try value("B256 CC01CB CC080000000000000001") == .vector(.int64([1])))
        #expect(try value("B256 CC01C6 CC043F800000") == .vector(.float32([1])))
        #expect(try value("B256 CC01C1 CC083FF0000000000000") == .vector(.float64([1])))
        #expect(try value("B256 CC01C1 CC083FF0000000000000").vector?.count == 1)
        for digits in ["B256 CC01CC CC00", "B256 CC00 CC00", "B256 CC01C9 CC03000100", "B256 01 CC00"] {
            #expect(code { _ = try value(digits) } == .malformed)
        }
        #expect(code { _ = try packed(.vector(.int8([])), BoltVersion(5, 8)) } == .notEncodable)
    }

    @Test("a value that the version cannot carry has a stand-in")
    func unsupported() throws {
        let type = try #require(
            try value("B43F 8455554944 06 01 A1876D657373616765 826E6F").unsupported)
        #expect(type == BoltUnsupportedType(name: "UUID", firstVersion: BoltVersion(6, 1), details: ["message": "no"]))
        #expect(code { _ = try value("B43F 8155 C90100 01 A0") } == .malformed)
    }

    @Test("a UUID is a value from 6.1 on, and breaks the protocol before")
    func uuids() throws {
        let uuid = BoltUUID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(uuid.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(try packed(.uuid(uuid)) == hex("E0 0123456789ABCDEF FEDCBA9876543210"))
        #expect(try value("E0 0123456789ABCDEF FEDCBA9876543210") == .uuid(uuid))
        let six = PackStreamDialect(BoltVersion(6, 0))
        #expect(code { _ = try value("E0 0123456789ABCDEF FEDCBA9876543210", six) } == .malformed)
        #expect(code { _ = try packed(.uuid(uuid), BoltVersion(6, 0)) } == .notEncodable)
    }

    @Test("a structure that is not known is kept; a known one with other fields is refused")
    func unknown() throws {
        let structure = BoltStructure(0x7A, [1, "a"])
        #expect(try value("92 B27A 01 8161 05") == [.structure(structure), 5])
        for digits in ["B244 01 02", "B04E", "B552 01", "B652 010203 8152 A0 8161", "B158 00", "B156 CC00"] {
            #expect(code { _ = try value(digits) } == .malformed)
        }
        #expect(code { _ = try packed(.structure(BoltStructure(1, .init(repeating: 1, count: 16)))) } == .notEncodable)
    }
}

extension BoltValue {
    var node: BoltNode? { if case .node(let node) = self { node } else { nil } }
    var relationship: BoltRelationship? { if case .relationship(let value) = self { value } else { nil } }
    var vector: BoltVector? { if case .vector(let vector) = self { vector } else { nil } }
    var unsupported: BoltUnsupportedType? { if case .unsupported(let type) = self { type } else { nil } }
}
