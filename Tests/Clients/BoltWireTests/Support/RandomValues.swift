import BoltWire
import TestSupport

/// Values from a seeded generator, with extremes far more frequent than by chance.
struct RandomValues {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// A value of at most `depth` levels.
    mutating func value(depth: Int) -> BoltValue {
        switch Int.random(in: 0..<(depth > 0 ? 24 : 18), using: &generator) {
        case 0: .null
        case 1: .boolean(Bool.random(using: &generator))
        case 2, 3: .integer(integer())
        case 4: .float(Double(Int.random(in: -1_000...1_000, using: &generator)) / 8)
        case 5: .bytes(generator.bytes(size()))
        case 6, 7: .string(text())
        case 8: .date(BoltDate(days: integer()))
        case 9: .time(BoltTime(nanoseconds: timeOfDay(), offset: offset()))
        case 10: .localTime(BoltLocalTime(nanoseconds: timeOfDay()))
        case 11: .dateTime(BoltDateTime(seconds: seconds(), nanoseconds: nanoseconds(), offset: offset()))
        case 12: .zonedDateTime(BoltZonedDateTime(seconds: seconds(), nanoseconds: nanoseconds(), zone: text()))
        case 13: .localDateTime(BoltLocalDateTime(seconds: integer(), nanoseconds: nanoseconds()))
        case 14:
            .duration(BoltDuration(months: integer(), days: integer(), seconds: integer(), nanoseconds: integer()))
        case 15: .point(BoltPoint(srid: 7_203, x: 1.5, y: -2, z: Bool.random(using: &generator) ? 0.25 : nil))
        case 16: .vector(vector())
        case 17: .uuid(BoltUUID(high: generator.next(), low: generator.next()))
        case 18: .node(node(depth: depth - 1))
        case 19:
            .relationship(
                BoltRelationship(
                    relationship(depth: depth - 1), startID: integer(), startElementID: text(), endID: integer(),
                    endElementID: text()))
        case 20: .unboundRelationship(relationship(depth: depth - 1))
        case 21: .map(map(depth: depth - 1))
        case 22: .structure(BoltStructure(0x01, (0..<Int.random(in: 0...15, using: &generator)).map { .integer($0) }))
        default: .list((0..<size()).map { _ in value(depth: depth - 1) })
        }
    }

    mutating func integer() -> Int {
        let edges = [0, -16, -17, 127, 128, -128, -129, 32_767, 32_768, 2_147_483_647, 2_147_483_648, .min, .max]
        return Bool.random(using: &generator)
            ? edges.randomElement(using: &generator) ?? 0 : Int(truncatingIfNeeded: generator.next())
    }

    mutating func map(depth: Int) -> BoltMap {
        BoltMap((0..<size()).map { _ in BoltMap.Entry(text(), value(depth: max(0, depth))) })
    }

    private mutating func size() -> Int {
        [0, 1, 2, 15, 16, 17].randomElement(using: &generator) ?? 0
    }

    private mutating func text() -> String {
        let characters: [Character] = ["a", "ß", "€", "😀", "\0"]
        return String((0..<size()).map { _ in characters.randomElement(using: &generator) ?? "a" })
    }

    private mutating func timeOfDay() -> Int { Int.random(in: 0...86_399_999_999_999, using: &generator) }
    private mutating func seconds() -> Int { Int.random(in: -(1 << 40)...(1 << 40), using: &generator) }
    private mutating func nanoseconds() -> Int32 { Int32.random(in: 0...999_999_999, using: &generator) }
    private mutating func offset() -> Int32 { Int32.random(in: -64_800...64_800, using: &generator) }

    private mutating func vector() -> BoltVector {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: .int8([.min, 0, .max])
        case 1: .int16([.min, -1, .max])
        case 2: .int32([.min, -1, .max])
        case 3: .int64([.min, -1, .max])
        case 4: .float32([1.5, -0.25])
        default: .float64([])
        }
    }

    private mutating func node(depth: Int) -> BoltNode {
        BoltNode(id: integer(), elementID: text(), labels: [text()], properties: map(depth: depth - 1))
    }

    private mutating func relationship(depth: Int) -> BoltUnboundRelationship {
        BoltUnboundRelationship(id: integer(), elementID: text(), type: text(), properties: map(depth: depth - 1))
    }
}
