import Events
import Foundation
import Testing

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        "is read in every form that clients send",
        arguments: [
            ("2019-10-01T00:00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00:00Z", "2019-10-01T00:00:00Z"),
            ("2019-10-01t00:00:00z", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00:00 UTC", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00:00 UTC", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00:00Z", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00:00.25 UTC", "2019-10-01T00:00:00.25Z"),
            ("2019-10-01T00:00:00+00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00:00-00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01T02:00:00+02:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01T02:00:00+0200", "2019-10-01T00:00:00Z"),
            ("2019-10-01T02:00:00+02", "2019-10-01T00:00:00Z"),
            ("2019-09-30T18:30:00-05:30", "2019-10-01T00:00:00Z"),
            ("2019-10-01 05:45:00.5+0545", "2019-10-01T00:00:00.5Z"),
            ("2019-10-01T00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00Z", "2019-10-01T00:00:00Z"),
            ("2019-10-01T02:00+0200", "2019-10-01T00:00:00Z"),
            ("2019-10-01 00:00 UTC", "2019-10-01T00:00:00Z"),
            ("20191001T000000", "2019-10-01T00:00:00Z"),
            ("20191001T000000Z", "2019-10-01T00:00:00Z"),
            ("20191001T0000Z", "2019-10-01T00:00:00Z"),
            ("20191001T020000.5+0200", "2019-10-01T00:00:00.5Z"),
            ("20191001 000000", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00:00.1Z", "2019-10-01T00:00:00.1Z"),
            ("2019-10-01T00:00:00,1Z", "2019-10-01T00:00:00.1Z"),
            ("2019-10-01T00:00:00.123456Z", "2019-10-01T00:00:00.123456Z"),
            ("2019-10-01T00:00:00.123456999999999999999999", "2019-10-01T00:00:00.123456Z"),
            ("2019-10-01T00:00:00.0000009Z", "2019-10-01T00:00:00Z"),
            ("2019-10-01T00:00:00.000001Z", "2019-10-01T00:00:00.000001Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.5Z"),
            ("2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00Z"),
            ("2020-02-29T12:34:56Z", "2020-02-29T12:34:56Z"),
            ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"),
        ])
    func forms(text: String, canonical: String) throws {
        let time = try Timestamp(text)
        #expect(time.description == canonical)
        #expect(try Timestamp(utf8: Array(text.utf8)[...]) == time)
        #expect(try Timestamp(canonical) == time)
    }

    @Test(
        "is refused with a reason",
        arguments: [
            ("", "expected 4 digits of the year"),
            ("now", "expected 4 digits of the year"),
            ("1569888000", "the calendar has no such date"),
            ("20191001", "the time of day is missing: a date alone is not a moment"),
            ("2019-W40-2T00:00:00", "expected 2 digits of the month"),
            ("2019-274T00:00:00", "expected '-' after the month"),
            ("2019-10-01T00", "expected ':' after the hour"),
            ("2019-10-01T00:00.5", "expected a zone ('Z', '+hh:mm', ' UTC') or nothing after the time"),
            ("2019-10-01T00:00:", "expected 2 digits of the second"),
            ("2019-10-01T000", "expected 2 digits of the minute"),
            ("20191001T00000", "expected 2 digits of the second"),
            ("2019-10-01 00:00:00 +0200", "expected ' UTC' or nothing after the time"),
            ("19-10-01T00:00:00", "expected 4 digits of the year"),
            ("2019/10/01 00:00:00", "expected '-' after the year"),
            ("2019-10-01", "the time of day is missing: a date alone is not a moment"),
            ("2019-10-1T00:00:00", "expected 2 digits of the day"),
            ("2019-10-01_00:00:00", "expected 'T' or a space between date and time"),
            ("2019-10-01  00:00:00", "expected 2 digits of the hour"),
            ("2019-10-01T", "expected 2 digits of the hour"),
            ("2019-10-01T24:00:00", "the hour is above 23"),
            ("2019-10-01T00:60:00", "the minute is above 59"),
            ("2019-10-01T00:00:61", "the second is above 60"),
            ("2019-10-01T00:00:00.Z", "expected digits after the decimal point"),
            ("2019-10-01T00:00:00.", "expected digits after the decimal point"),
            ("2019-10-01T00:00:00ZZ", "unexpected characters after the time"),
            ("2019-10-01T00:00:00 GMT", "expected ' UTC' or nothing after the time"),
            ("2019-10-01T00:00:00 ", "expected ' UTC' or nothing after the time"),
            ("2019-10-01T00:00:00Europe/Rome", "expected a zone ('Z', '+hh:mm', ' UTC') or nothing after the time"),
            ("2019-10-01T00:00:00+1", "expected 2 digits of the zone"),
            ("2019-10-01T00:00:00+24:00", "the zone is above 23"),
            ("2019-10-01T00:00:00+01:60", "the zone is above 59"),
            ("2019-10-01T00:00:00+01:", "expected 2 digits of the zone"),
            ("2019-10-01T00:00:00+01:000", "unexpected characters after the time"),
            ("2019-02-29T00:00:00Z", "the calendar has no such date"),
            ("1900-02-29T00:00:00Z", "the calendar has no such date"),
            ("2019-04-31T00:00:00Z", "the calendar has no such date"),
            ("2019-13-01T00:00:00Z", "the calendar has no such date"),
            ("2019-00-01T00:00:00Z", "the calendar has no such date"),
            ("2019-10-00T00:00:00Z", "the calendar has no such date"),
            ("0000-01-01T00:00:00Z", "the year is not in 1 ... 9999"),
            ("0001-01-01T00:00:00+00:01", "the year is not in 1 ... 9999"),
            ("9999-12-31T23:59:60Z", "the year is not in 1 ... 9999"),
            ("9999-12-31T23:59:59-01:00", "the year is not in 1 ... 9999"),
            ("-2019-10-01T00:00:00Z", "expected 4 digits of the year"),
            ("２019-10-01T00:00:00Z", "expected 4 digits of the year"),
        ])
    func refusals(text: String, reason: String) {
        #expect {
            try Timestamp(text)
        } throws: { error in
            (error as? Timestamp.ParsingError)?.description == reason
        }
    }

    @Test("of a date alone is its first moment, where that is allowed")
    func dates() throws {
        #expect(try Timestamp("2026-11-01", allowsDate: true).description == "2026-11-01T00:00:00Z")
        #expect(try Timestamp("20261101", allowsDate: true).description == "2026-11-01T00:00:00Z")
        #expect(try Timestamp("2026-11-01T10:00", allowsDate: true).description == "2026-11-01T10:00:00Z")
        #expect(throws: Timestamp.ParsingError.self) { try Timestamp("0000-01-01", allowsDate: true) }
        #expect(throws: Timestamp.ParsingError.self) { try Timestamp("2026-11", allowsDate: true) }
    }

    @Test("agrees with Foundation across more than four hundred years")
    func calendar() throws {
        let formatter = ISO8601DateFormatter()
        // Steps of a hundred days and seven seconds vary both the time of day and the day of the year.
        for second in stride(from: -3_000_000_000, through: 12_000_000_000, by: 8_640_007) {
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(second)))
            let time = Timestamp(microseconds: Int64(second) * 1_000_000)
            #expect(time.description == expected)
            #expect(try Timestamp(expected) == time)
        }
    }

    @Test("keeps its moment through every round trip")
    func roundTrips() throws {
        var random = RandomEvents(seed: 6)
        for _ in 0..<5000 {
            let time = random.time()
            #expect(try Timestamp(time.description) == time)
        }
    }

    @Test("outside the years of four digits is written with a sign")
    func farTimes() {
        #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
        #expect(Timestamp(microseconds: .max).description == "+294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: -62_167_219_200_000_001).description == "-0001-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: -62_167_219_200_000_000).description == "0000-01-01T00:00:00Z")
    }

    @Test("sorts as its moment does")
    func order() {
        #expect(Timestamp(microseconds: -1) < Timestamp(microseconds: 0))
        #expect(!(receipt < receipt))
    }
}
