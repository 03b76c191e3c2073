import App
import Arguments
import DeadLetters
import Events
import HTTPMessages
import JSON
import Messaging
import Network
import Observability
import Platform

/// Alerts when dead letters pile up.
struct DLQWatchCommand: Command {
    static let configuration = CommandConfiguration(
        name: "watch", abstract: "Alerts when there are too many dead letters, or too old ones.",
        discussion: "Logs to standard error, and posts each alert as JSON to the webhook. With --once it looks one "
            + "time; exit status 1 if a threshold is passed.",
        examples: ["debias-events dlq watch --depth 100 --age 1h --webhook https://alerts.example/hook"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "Alert at more letters than this.", valueName: "letters")
    var depth = 0

    @Option(help: "Alert when the oldest letter was given up longer ago than this.")
    var age: Duration?

    @Option(help: "Where to post alerts.", valueName: "url", secret: true)
    var webhook: String?

    @Option(help: "The time between two looks.")
    var interval = Duration.seconds(30)

    @Flag(help: "Look once and end.")
    var once = false

    mutating func validate() throws {
        guard depth >= 0 else { throw ValidationError("--depth has to be 0 or more") }
        guard interval >= .seconds(1) else { throw ValidationError("--interval has to be 1s or more") }
    }

    mutating func run() async throws {
        let command = self
        let signals = ShutdownSignals()
        let log = Log.standard
        try await Pipeline.with(backEnds) { pipeline in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await command.watch(pipeline, log) }
                group.addTask { _ = await signals.first() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func watch(_ pipeline: Pipeline, _ log: Log) async throws {
        let thresholds = DeadLetterThresholds(depth: depth, age: age)
        var isAlert = false
        while !Task.isCancelled {
            let finding = try await thresholds.look(pipeline.broker, now: .now)
            if let alert = finding.alert {
                log(.error, "dead letters", ["alert": alert, "letters": "\(finding.count)"])
                // Told when it begins, and not at every look.
                if !isAlert { await post(alert, finding.count, log) }
            } else if isAlert {
                log(.info, "dead letters are below the thresholds again", ["letters": "\(finding.count)"])
            }
            isAlert = finding.alert != nil
            if once {
                guard let alert = finding.alert else {
                    Output.print("\(finding.count) dead letters\n")
                    return
                }
                throw CommandFailure(alert)
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    private func post(_ alert: String, _ count: Int, _ log: Log) async {
        guard let webhook else { return }
        var json = JSONWriter()
        json.object { json in
            json.member("alert", alert)
            json.member("dead_letters", count)
            json.member("at", Timestamp.now)
        }
        var request = HTTPClientRequest(method: .post, url: webhook)
        request.headers = ["Content-Type": "application/json"]
        request.body = json.bytes
        do {
            let response = try await HTTPClient().send(request, timeout: .seconds(10))
            guard response.status.isSuccess else {
                return log(.error, "the webhook refused the alert", ["status": "\(response.status.code)"])
            }
        } catch {
            log(.error, "the webhook could not be reached", ["error": "\(error)"])
        }
    }
}
