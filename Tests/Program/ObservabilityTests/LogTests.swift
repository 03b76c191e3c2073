import Events
import Observability
import Synchronization
import Testing

@Suite struct LogTests {
    private final class Recorder: Sendable {
        let lines = Mutex<[String]>([])
        let clock = Mutex<Int64>(0)

        func log(minimum: Log.Level = .info) -> Log {
            Log(
                minimum: minimum, now: { Timestamp(microseconds: self.clock.withLock { $0 }) },
                write: { line in self.lines.withLock { $0.append(line) } })
        }

        var text: [String] { lines.withLock { $0 } }
        func advance(by microseconds: Int64) { clock.withLock { $0 += microseconds } }
    }

    @Test("a line holds time, level, message and fields")
    func lineHoldsTimeLevelMessage() {
        let recorder = Recorder()
        recorder.log()(.warning, "queue is full", ["queue": "events.neo4j", "messages": "7"])
        #expect(
            recorder.text == ["1970-01-01T00:00:00Z warning queue is full queue=events.neo4j messages=7\n"])
    }

    @Test("a value with spaces, quotes or line ends stays one quoted word")
    func valueWithSpacesQuotesOrLine() {
        let recorder = Recorder()
        recorder.log()(.error, "failed", ["error": "no \"room\"\r\nleft", "empty": ""])
        #expect(recorder.text == ["1970-01-01T00:00:00Z error failed error=\"no \\\"room\\\"\\nleft\" empty=\"\"\n"])
    }

    @Test("lines below the minimum are left out")
    func linesBelowTheMinimumAreLeft() {
        let recorder = Recorder()
        let log = recorder.log(minimum: .warning)
        log(.debug, "a")
        log(.info, "b")
        log(.warning, "c")
        log(.error, "d")
        #expect(recorder.text.count == 2)
    }

    @Test("a repeated message is written once a second and tells how often it was held back")
    func repeatedMessageIsWrittenOnce() {
        let recorder = Recorder()
        let log = recorder.log()
        for _ in 0..<5 { log(.error, "store failing") }
        log(.error, "something else")
        #expect(recorder.text.count == 2)
        recorder.advance(by: 1_000_000)
        log(.error, "store failing")
        #expect(recorder.text.last == "1970-01-01T00:00:01Z error store failing repeated=4\n")
    }
}
