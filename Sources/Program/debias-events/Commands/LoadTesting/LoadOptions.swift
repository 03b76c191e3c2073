import App
import Arguments
import EventLoops
import FileImport
import LoadTesting

/// What a load test sends, how fast and for how long.
struct LoadOptions: ArgumentGroup {
    /// What is sent where neither a number nor a time is named.
    static let defaultEvents = 100_000

    @Option(help: "How many events to send; 100000 unless --duration or --replay says otherwise.", valueName: "count")
    var events: Int?

    @Option(help: "How long to send, in place of a number of events.")
    var duration: Duration?

    @Option(
        help:
            "Send so many events a second, whatever the server does; without this, each connection sends its next request when the last one was answered.",
        valueName: "events")
    var rate: Double?

    @Option(help: "How many requests are under way at once, each over a connection of its own.", valueName: "requests")
    var concurrency = 64

    @Option(help: "How many events a request holds; more than one go to /events/batch.", valueName: "events")
    var batch = 1

    @Option(
        help: "How many of a hundred events are sent again, as clients do that heard no answer.",
        valueName: "percent")
    var duplicates = 0.0

    @Option(help: "The seed of who does what; another one for each run, unless it is given.", valueName: "number")
    var seed: UInt64?

    @Option(
        help: "Send the real events of this file, as import reads them, in place of a made-up shop's.",
        valueName: "file", completion: .file)
    var replay: String?

    @Option(
        help: "Send recorded events at the pace of their times, so many times as fast; without this, as --rate says.",
        valueName: "times")
    var speed: Double?

    @Option(
        help: "How long the beginning is left out of the measurements; a tenth of the events or of the time by default."
    )
    var warmUp: Duration?

    @Option(help: "How long an answer is waited for.")
    var timeout = Duration.seconds(10)

    @Option(help: "How long sent events are waited for to be stored.")
    var settle = Duration.seconds(600)

    mutating func validate() throws {
        guard events == nil || duration == nil else {
            throw ValidationError("--events and --duration exclude each other")
        }
        guard events.map({ $0 >= 1 }) ?? true else { throw ValidationError("--events must be 1 or more") }
        guard duration.map({ $0 > .zero && $0 <= .seconds(31 * 86_400) }) ?? true else {
            throw ValidationError("--duration must be above 0 and at most 31 days")
        }
        guard rate.map({ $0 > 0 && $0 <= 10_000_000 }) ?? true else {
            throw ValidationError("--rate must be above 0 and at most 10000000")
        }
        guard (1...10_000).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 10000") }
        guard (1...10_000).contains(batch) else { throw ValidationError("--batch must be from 1 to 10000") }
        guard duplicates >= 0, duplicates <= 90 else { throw ValidationError("--duplicates must be from 0 to 90") }
        guard speed == nil || (replay != nil && rate == nil) else {
            throw ValidationError("--speed needs --replay, and excludes --rate")
        }
        guard speed.map({ $0 > 0 && $0 <= 1e9 }) ?? true else { throw ValidationError("--speed must be above 0") }
        guard timeout >= .milliseconds(10), timeout <= .seconds(3_600) else {
            throw ValidationError("--timeout must be from 10ms to 1h")
        }
        guard settle <= .seconds(86_400) else { throw ValidationError("--settle must be at most 24h") }
    }

    var limit: SendSchedule.Limit {
        if let events { return .events(events) }
        if let duration { return .time(duration.wholeNanoseconds) }
        return replay == nil ? .events(Self.defaultEvents) : .recording
    }

    var pace: SendSchedule.Pace {
        if let rate { return .rate(rate) }
        return speed.map { .recorded(speed: $0) } ?? .closed
    }

    /// The options that were set, as words of a command line, with this seed.
    func words(seed: UInt64) -> [String] {
        var words: [String] = []
        func add(_ name: String, _ value: (some ArgumentValue)?) {
            if let value { words += ["--\(name)", Self.quoted(value.argumentText)] }
        }
        add("events", events ?? (duration == nil && replay == nil ? Self.defaultEvents : nil))
        add("duration", duration)
        add("rate", rate)
        add("concurrency", concurrency)
        if batch > 1 { add("batch", batch) }
        if duplicates > 0 { add("duplicates", duplicates) }
        add("replay", replay)
        add("speed", speed)
        add("warm-up", warmUp)
        if timeout != .seconds(10) { add("timeout", timeout) }
        if settle != .seconds(600) { add("settle", settle) }
        add("seed", seed)
        return words
    }

    /// A word as a shell takes it.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-")...UInt8(ascii: "/"), UInt8(ascii: ":"),
                UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
