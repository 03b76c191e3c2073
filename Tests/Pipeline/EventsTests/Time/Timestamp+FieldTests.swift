import Events
import Testing

@Suite("The time in a field")
struct TimestampFieldTests {
    private let latest = Timestamp(microseconds: 1_790_000_000_000_000)

    private func time(_ text: String) throws(Timestamp.ParsingError) -> Timestamp {
        try Timestamp(field: Array(text.utf8)[...], latest: latest)
    }

    @Test(
        "is a text, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970",
        arguments: [
            ("2017-11-24 17:22:24 UTC", Int64(1_511_544_144_000_000)), ("2017-11-24T17:22:24Z", 1_511_544_144_000_000),
            ("1969-07-20 20:17:40 UTC", -14_182_940_000_000),
            ("1511544144", 1_511_544_144_000_000), ("1511544144123", 1_511_544_144_123_000),
            ("1511544144123456", 1_511_544_144_123_456), ("1511544144123456789", 1_511_544_144_123_456),
            ("1511544144.5", 1_511_544_144_500_000), ("1511544144.0", 1_511_544_144_000_000),
            ("1511544144.1234567", 1_511_544_144_123_456), ("1511544144123.25", 1_511_544_144_123_250),
            ("1511544144123456.75", 1_511_544_144_123_456), ("1.511544144e9", 1_511_544_144_000_000),
            ("1.511544144123456E+09", 1_511_544_144_123_456), ("1511544144123e0", 1_511_544_144_123_000),
            ("946684800", 946_684_800_000_000), ("1790000000", 1_790_000_000_000_000),
        ])
    func times(text: String, expected: Int64) throws {
        #expect(try time(text).microseconds == expected)
    }

    @Test(
        "is refused where a bare number is before 2000 or after the latest time, with its likely meaning",
        arguments: [
            ("20191001", "a date in digits: write 2019-10-01T00:00:00Z"),
            ("2019100112", "a date in digits: write 2019-10-01T12:00:00Z"),
            ("201910011230", "a date in digits: write 2019-10-01T12:30:00Z"),
            ("20191001123015", "a date in digits: write 2019-10-01T12:30:15Z"),
            ("43739", "a spreadsheet's number of a day: write 2019-10-01T00:00:00Z"),
            ("43739.25", "a spreadsheet's number of a day"), ("18170", "a number of days since 1970: write 2019-10-01"),
            ("2019", "a year"), ("0", "a mark for no time"), ("-1", "a mark for no time"),
            ("0.0", "a mark for no time"),
            ("946684799", "but 946684799 is 1999-12-31T23:59:59Z"), ("946684799.9", "1999-12-31T23:59:59.9Z"),
            ("1790000001", "but 1790000001 is 2026-09-21T"), ("1790000000000001", "2026-09-21T"),
            ("20191301", "but 20191301 is 1970-08-22T"), ("9223372036854775807", "2262-04-11T"),
            ("9223372036854775808", "is none"), ("123456789012345678901234567890", "but this one is none"),
            ("-1511544144", "is none"), ("1e400", "is none"), ("1e-5", "1970-01-01T00:00:00"), ("9e18", "is none"),
        ])
    func refusals(text: String, part: String) {
        #expect {
            try time(text)
        } throws: { error in
            "\(error)".contains(part)
        }
    }

    @Test(
        "that is no number is read as a text",
        arguments: [
            "", "yesterday", "2017-11-24", "2017-02-29 00:00:00", "+1511544144", "1511544144.", ".5", "1e", "1e+x",
        ])
    func noTimes(text: String) {
        #expect(throws: Timestamp.ParsingError.self) { try time(text) }
    }
}
