import BoltWire

extension Sample {
    /// What ArcadeDB, the substitute for Neo4j, does not keep as it is: the offset of a date-time, which it forgets.
    static let lacking: Set<String> = ["date-time", "date-time before 1970", "date-time with seconds in its offset"]

    static let all = plain + numbers + texts + times + lists

    private static let plain = [
        Sample("null", .null, "None"), Sample("true", true, "True"), Sample("false", false, "False"),
        Sample("no bytes", .bytes([]), "b''"),
        Sample("bytes", .bytes([0, 1, 127, 128, 255]), "bytes([0, 1, 127, 128, 255])"),
        Sample("255 bytes", .bytes(.init(repeating: 3, count: 255)), "bytes([3]) * 255"),
        Sample("256 bytes", .bytes(.init(repeating: 3, count: 256)), "bytes([3]) * 256"),
        Sample("65536 bytes", .bytes(.init(repeating: 3, count: 65_536)), "bytes([3]) * 65536"),
        Sample("point 2D", .point(BoltPoint(srid: 7_203, x: 1.5, y: -2.25)), "CartesianPoint((1.5, -2.25))"),
        Sample(
            "point 3D", .point(BoltPoint(srid: 9_157, x: 1, y: -0.0, z: 1e300)), "CartesianPoint((1.0, -0.0, 1e300))"),
        Sample("place 2D", .point(BoltPoint(srid: 4_326, x: 13.4, y: 52.5)), "WGS84Point((13.4, 52.5))"),
        Sample("place 3D", .point(BoltPoint(srid: 4_979, x: -180, y: 90, z: 34)), "WGS84Point((-180.0, 90.0, 34.0))"),
    ]

    private static let numbers: [Sample] = {
        var numbers: Set<Int> = [0, .max, .min, .max - 1, .min + 1, 42]
        for limit in [-16, 127, -128, 32_767, -32_768, 2_147_483_647, -2_147_483_648, 1 << 53] {
            numbers.formUnion([limit - 1, limit, limit + 1])
        }
        let integers = numbers.sorted().map { Sample("integer \($0)", .integer($0), "\($0)") }
        let floats: [(Double, String)] = [
            (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (5, "5.0"), (0.1, "0.1"), (-1.5, "-1.5"),
            (.infinity, "math.inf"), (-.infinity, "-math.inf"), (.greatestFiniteMagnitude, "sys.float_info.max"),
            (.leastNormalMagnitude, "sys.float_info.min"), (.leastNonzeroMagnitude, "5e-324"),
            (9_007_199_254_740_992, "9007199254740992.0"),
        ]
        return integers + floats.map { Sample("float \($0.1)", .float($0.0), $0.1) }
    }()

    private static let texts =
        [0, 1, 15, 16, 255, 256, 65_535, 65_536].map { count in
            Sample("text of \(count) bytes", .string(String(repeating: "a", count: count)), "'a' * \(count)")
        } + [
            Sample("text of 16 bytes in 8 characters", "üüüüüüüü", "'ü' * 8"),
            Sample("text beyond the first plane", "👩‍👩‍👧 \u{10FFFF}", #"'👩‍👩‍👧 \U0010FFFF'"#),
            Sample("text with zero", "a\u{0}b", #"'a\x00b'"#),
            Sample("text in two parts", "e\u{301}", #"'e\u0301'"#),
        ]

    private static let times = [
        Sample("date", .date(BoltDate(days: 20_421)), "Date(2025, 11, 29)"),
        Sample("date before 1970", .date(BoltDate(days: -1)), "Date(1969, 12, 31)"),
        Sample("first date", .date(BoltDate(days: -719_162)), "Date(1, 1, 1)"),
        Sample("last date", .date(BoltDate(days: 2_932_896)), "Date(9999, 12, 31)"),
        Sample("date of year -1", .date(BoltDate(days: -719_893)), nil),
        Sample("local time", .localTime(BoltLocalTime(nanoseconds: 45_296_123_456_789)), "Time(12, 34, 56, 123456789)"),
        Sample(
            "last local time", .localTime(BoltLocalTime(nanoseconds: 86_399_999_999_999)), "Time(23, 59, 59, 999999999)"
        ),
        Sample(
            "time", .time(BoltTime(nanoseconds: 45_296_000_000_001, offset: -12_600)),
            "Time(12, 34, 56, 1, tzinfo=utc(-210))"),
        Sample("time in UTC", .time(BoltTime(nanoseconds: 0, offset: 0)), "Time(0, 0, 0, 0, tzinfo=utc(0))"),
        Sample(
            "local date-time", .localDateTime(BoltLocalDateTime(seconds: 1_764_419_696, nanoseconds: 999_999_999)),
            "DateTime(2025, 11, 29, 12, 34, 56, 999999999)"),
        Sample(
            "local date-time before 1970", .localDateTime(BoltLocalDateTime(seconds: -1, nanoseconds: 999_999_999)),
            "DateTime(1969, 12, 31, 23, 59, 59, 999999999)"),
        Sample(
            "date-time", .dateTime(BoltDateTime(seconds: 1_764_412_496, nanoseconds: 7, offset: 7_200)),
            "DateTime(2025, 11, 29, 12, 34, 56, 7, tzinfo=utc(120))"),
        Sample(
            "date-time before 1970", .dateTime(BoltDateTime(seconds: -1, nanoseconds: 999_999_999)),
            "DateTime(1969, 12, 31, 23, 59, 59, 999999999, tzinfo=datetime.timezone.utc)"),
        Sample(
            "date-time with seconds in its offset", .dateTime(BoltDateTime(seconds: 0, nanoseconds: 0, offset: 3_661)),
            nil),
        Sample(
            "date-time in a zone",
            .zonedDateTime(BoltZonedDateTime(seconds: 1_764_416_040, zone: "Europe/Berlin")),
            "berlin(2025, 11, 29, 12, 34, False)"),
        Sample(
            "date-time in the first of two hours",
            .zonedDateTime(BoltZonedDateTime(seconds: 1_761_438_600, zone: "Europe/Berlin")),
            "berlin(2025, 10, 26, 2, 30, True)"),
        Sample(
            "date-time in the second of two hours",
            .zonedDateTime(BoltZonedDateTime(seconds: 1_761_442_200, zone: "Europe/Berlin")),
            "berlin(2025, 10, 26, 2, 30, False)"),
        Sample(
            "duration", .duration(BoltDuration(months: 14, days: -3, seconds: 59, nanoseconds: 1)),
            "Duration(months=14, days=-3, seconds=59, nanoseconds=1)"),
        Sample("no duration", .duration(BoltDuration()), "Duration()"),
    ]

    private static let lists = [
        Sample("no list", .list([]), "[]"),
        Sample("15 integers", .list((0..<15).map { .integer($0) }), "list(range(15))"),
        Sample("16 integers", .list((0..<16).map { .integer($0) }), "list(range(16))"),
        Sample("256 integers", .list((0..<256).map { .integer($0) }), "list(range(256))"),
        Sample("texts", ["a", "", "ß"], "['a', '', 'ß']"),
        Sample("floats", .list([.float(1), .float(-0.0)]), "[1.0, -0.0]"),
        Sample(
            "dates", .list([.date(BoltDate(days: 0)), .date(BoltDate(days: 1))]), "[Date(1970, 1, 1), Date(1970, 1, 2)]"
        ),
    ]
}
