import Events
import Testing

@testable import FileImport

@Suite("Session cutter")
struct SessionCutterTests {
    static func sessions(
        _ rows: [(user: Int64, second: Int64)], gap: Duration = .seconds(1800), capacity: Int = 1 << 16
    ) -> [String] {
        var cutter = SessionCutter(gap: gap, capacity: capacity)
        return rows.map { cutter.session(of: $0.user, at: Timestamp(microseconds: $0.second * 1_000_000)) }
    }

    @Test("a gap of exactly 30 minutes continues the session, and one second more starts another")
    func edge() {
        #expect(Self.sessions([(1, 1000), (1, 2800), (1, 4601)]) == ["1-1000", "1-1000", "1-4601"])
    }

    @Test("the gap counts from the session's last row, not from its first")
    func slidingEnd() {
        let rows = (0..<10).map { (user: Int64(1), second: Int64(1000 + $0 * 1800)) }
        #expect(Set(Self.sessions(rows)) == ["1-1000"])
    }

    @Test("rows out of order belong to the nearest session")
    func outOfOrder() {
        #expect(
            Self.sessions([(1, 10_000), (1, 9_000), (1, 7_200), (1, 11_800), (1, 1_000), (1, 1_010)])
                == ["1-10000", "1-10000", "1-10000", "1-10000", "1-1000", "1-1000"])
    }

    @Test("rows of other users do not cut a session, so a file may be sorted by time as well")
    func interleaved() {
        #expect(
            Self.sessions([(1, 100), (2, 110), (1, 120), (2, 3000), (1, 1900)])
                == ["1-100", "2-110", "1-100", "2-3000", "1-100"])
    }

    @Test("a user who comes back later in the file starts a new session")
    func comesBack() {
        #expect(Self.sessions([(1, 100), (2, 100), (1, 90_000)]) == ["1-100", "2-100", "1-90000"])
    }

    @Test("the table of users is bounded: a user not seen while many others were is forgotten")
    func bounded() {
        let others = (2...9).map { (user: Int64($0), second: Int64(100)) }
        let rows = [(user: Int64(1), second: Int64(100))] + others + [(user: 1, second: 200)]
        #expect(Self.sessions(rows, capacity: 16).last == "1-100")
        #expect(Self.sessions(rows, capacity: 3).last == "1-200")
    }

    @Test("extreme times and gaps do not overflow")
    func extremes() {
        var cutter = SessionCutter(gap: .seconds(Int64.max))
        #expect(cutter.session(of: 1, at: Timestamp(microseconds: .max)) == "1-9223372036854")
        #expect(cutter.session(of: 1, at: Timestamp(microseconds: .min)) == "1--9223372036855")
        #expect(Self.sessions([(1, 5), (1, 5), (1, 6)], gap: .seconds(-1)) == ["1-5", "1-5", "1-6"])
    }
}
