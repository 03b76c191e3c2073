import App
import Arguments
import DeadLetters
import Observability
import Platform

struct DLQWatchCommand: Command {
    static let configuration = CommandConfiguration(
        name: "watch", abstract: "Alerts when there are too many or too old dead letters.",
        discussion: "Logs to standard error, and posts each alert as JSON to the webhook. With --once it checks one "
            + "time, with exit status 1 if a threshold is passed.",
        examples: ["debias-events dlq watch --depth 100 --age 1h --webhook https://alerts.example/hook"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "Alert when there are more letters than this.", valueName: "letters")
    var depth = 0

    @Option(help: "Alert when the oldest letter was given up longer ago than this.")
    var age: Duration?

    @Option(help: "The URL to post alerts to.", valueName: "url", secret: true)
    var webhook: String?

    @Option(help: "The time between two checks.")
    var interval = Duration.seconds(30)

    @Flag(help: "Check once and exit.")
    var once = false

    mutating func validate() throws {
        guard depth >= 0 else { throw ValidationError("--depth must be 0 or more") }
        guard interval >= .seconds(1) else { throw ValidationError("--interval must be 1s or more") }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let thresholds = DeadLetterThresholds(depth: depth, age: age)
        let (interval, webhook, once) = (interval, webhook, once)
        try await Pipeline.with(backEnds.backEnds) { pipeline in
            let watch = DeadLetterWatch(
                pipeline, thresholds: thresholds, interval: interval, webhook: webhook, log: .standard)
            guard once else { return try await ServiceGroup([watch]).run(until: signals.stop) }
            let finding = try await withCancellation(when: signals.stop) { try await watch.look() }
            if let alert = finding.alert { throw CommandFailure(alert) }
            Output.print("\(finding.count) dead letters\n")
        }
    }
}
