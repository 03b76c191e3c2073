import Events
import Observability
import Synchronization
import TestSupport
import Testing

@Suite struct LogTests {
    private let lines = Recorder<String>()
    private let clock = ManualClock()

    private final class ManualClock: Sendable {
        private let time = Atomic<Int64>(0)

        var now: Timestamp { Timestamp(microseconds: time.load(ordering: .relaxed)) }
        func advance(by microseconds: Int64) { time.add(microseconds, ordering: .relaxed) }
    }

    private func makeLog(minimum: Log.Level = .info) -> Log {
        Log(minimum: minimum, now: { [clock] in clock.now }, write: { [lines] in lines.append($0) })
    }

    @Test("a line holds time, level, message and fields")
    func lineHoldsTimeLevelMessage() {
        makeLog()(.warning, "queue is full", ["queue": "events.neo4j", "messages": "7"])
        #expect(
            lines.entries == ["1970-01-01T00:00:00Z warning queue is full queue=events.neo4j messages=7\n"])
    }

    @Test("a value with spaces, quotes or line ends stays one quoted word")
    func valueWithSpacesQuotesOrLine() {
        makeLog()(.error, "failed", ["error": "no \"room\"\r\nleft", "empty": ""])
        #expect(lines.entries == ["1970-01-01T00:00:00Z error failed error=\"no \\\"room\\\"\\nleft\" empty=\"\"\n"])
    }

    @Test("as JSON, a line is one object with the same members, whatever the values hold")
    func json() throws {
        let log = Log(format: .json, now: { [clock] in clock.now }, write: { [lines] in lines.append($0) })
        log(.error, "failed", ["error": "no \"room\"\r\nleft", "queue": "q"])
        log(.error, "failed")
        clock.advance(by: 1_000_000)
        log(.error, "failed")
        #expect(
            lines.entries == [
                #"{"time":"1970-01-01T00:00:00Z","level":"error","message":"failed","error":"no \"room\"\r\nleft","queue":"q"}"#
                    + "\n",
                #"{"time":"1970-01-01T00:00:01Z","level":"error","message":"failed","repeated":1}"# + "\n",
            ])
    }

    @Test("lines below the minimum are left out")
    func linesBelowTheMinimumAreLeft() {
        let log = makeLog(minimum: .warning)
        log(.debug, "a")
        log(.info, "b")
        log(.warning, "c")
        log(.error, "d")
        #expect(lines.entries.count == 2)
    }

    @Test("a repeated message is written once per second and tells how often it was held back")
    func repeatedMessageIsWrittenOnce() {
        let log = makeLog()
        for _ in 0..<5 { log(.error, "store failing") }
        log(.error, "something else")
        #expect(lines.entries.count == 2)
        clock.advance(by: 1_000_000)
        log(.error, "store failing")
        #expect(lines.entries.last == "1970-01-01T00:00:01Z error store failing repeated=4\n")
    }
}
