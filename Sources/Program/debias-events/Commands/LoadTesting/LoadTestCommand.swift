import App
import Arguments
import EventLoops
import FileImport
import LoadTesting
import Platform

struct LoadTestCommand: Command {
    static let configuration = CommandConfiguration(
        name: "load-test",
        abstract: "Sends events to a running server, and checks that each one is stored exactly once.",
        discussion:
            "Plays the visitors of a shop, or a file of real events, measures the answers, waits until queues and retries "
            + "are done, and compares both stores with what was sent, by id and content. The options for the back ends "
            + "say where the server's stores are. Run it where losing what is there would do no harm: it adds events "
            + "of users from 9000000001 on.\n\n"
            + "With --rate, latencies count from the time at which a request was due, so that a server that stops for a "
            + "second is seen to do so. Ctrl-C ends sending, and what was sent is checked; a second one ends at once. Exit "
            + "status 1 if an event is lost, doubled, changed or unexpected. docs/load-testing.md explains the report.",
        examples: [
            "debias-events load-test --events 100000",
            "debias-events load-test --duration 60s --rate 1000 --duplicates 5 --ledger sent.ndjson",
            "debias-events load-test --replay 2019-Oct.csv.gz --speed 60 --json",
        ])

    @Option(help: "Where the server listens.", environment: "DEBIAS_URL")
    var url = LoadTargetArgument.standard

    @Option(
        help: "One of the server's tokens, with the scope ingest, where it asks for one.", valueName: "token",
        environment: "DEBIAS_API_TOKEN", secret: true)
    var token: String?

    @OptionGroup(title: "The load") var load: LoadOptions

    @OptionGroup(title: "The form of the replayed file") var form: EventFileOptions

    @Option(
        help: "Write what is sent and answered to this new file, which verify reads; in memory without this.",
        completion: .file)
    var ledger: String?

    @Flag(help: "Others post to the server as well: events that were not sent by this program are no fault.")
    var shared = false

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        let total: Int? = if case .events(let count) = load.limit { count } else { nil }
        let report = try await LoadTest(plan, backEnds.backEnds, stop: signals.stop).run { progress in
            switch progress {
            case .sending(let tally, let seconds):
                let rate = seconds > 0 ? Int(Double(tally.sent) / seconds) : 0
                let refused = tally.refusedCount > 0 ? ", \(tally.refusedCount) refused" : ""
                let text = "\(tally.sent) sent, \(rate)/s\(refused)"
                if let total { bar.show(text, done: tally.sent, of: total) } else { bar.show(text: text) }
            case .settling(let waiting, let missing, let count):
                let text = "\(waiting) messages wait, \(missing) events to be stored"
                bar.show(text, done: count - missing, of: count)
            case .auditing: bar.show(text: "comparing the stores with what was sent")
            }
        }
        bar.clear()
        Output.print(report, json: json)
        if let failure = report.failure { throw CommandFailure(failure) }
    }

    private var plan: LoadTest.Plan {
        let seed = load.seed ?? .random(in: 1...999_999)
        var plan = LoadTest.Plan(target: url.target, limit: load.limit, seed: seed, command: command(seed: seed))
        plan.token = token
        plan.pace = load.pace
        plan.warmUp = load.warmUp.map { .time($0.wholeNanoseconds) } ?? .tenth
        plan.batch = load.batch
        plan.connections = load.concurrency
        plan.duplicates = load.duplicates / 100
        plan.replay = load.replay.map { (ImportInput(argument: $0), form.options) }
        plan.ledgerFile = ledger
        plan.timeout = load.timeout
        plan.settle = load.settle
        plan.isShared = shared
        return plan
    }

    /// What has to be typed for the same test; secrets have to be added, or stand in the environment.
    private func command(seed: UInt64) -> String {
        var words = ["debias-events", "load-test", "--url", LoadOptions.quoted(url.argumentText)]
        words += load.words(seed: seed)
        if shared { words.append("--shared") }
        words += ["--data-dir", LoadOptions.quoted(backEnds.dataDir)]
        for (name, text) in [
            ("broker", backEnds.broker.argumentText), ("graph", backEnds.graph.argumentText),
            ("vectors", backEnds.vectors.argumentText),
        ] where text != "embedded" {
            words += ["--\(name)", LoadOptions.quoted(text)]
        }
        return words.joined(separator: " ")
    }
}

/// The address of a server, as an argument.
struct LoadTargetArgument: ArgumentValue, Hashable {
    let target: LoadTarget

    static let standard = LoadTargetArgument("http://127.0.0.1:8000")

    private init(_ url: StaticString) {
        // The address is one, as a test shows.
        guard let target = try? LoadTarget(url.description) else { preconditionFailure("not an address: \(url)") }
        self.target = target
    }

    init(argument: String) throws(ArgumentValueError) {
        do throws(LoadTarget.Failure) {
            target = try LoadTarget(argument)
        } catch {
            throw ArgumentValueError(expected: error.description)
        }
    }

    var argumentText: String { target.url }

    static var valueName: String { "url" }
}
