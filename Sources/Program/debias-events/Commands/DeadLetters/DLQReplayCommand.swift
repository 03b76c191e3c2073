import App
import Arguments
import DeadLetters
import Events
import Messaging
import Platform

struct DLQReplayCommand: Command {
    static let configuration = CommandConfiguration(
        name: "replay", abstract: "Sends dead letters back to the queue in which they failed.",
        discussion: "Each letter leaves the dead-letter queue once its work queue holds it. A record in the data "
            + "folder's replays names the outcome of each letter; --resume continues an interrupted replay.",
        examples: [
            "debias-events dlq replay --class rejected --dry-run",
            "debias-events dlq replay --fingerprint 9c41d64e2d48c5fe --canary 10 --rate 500",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Which letters") var filter: DLQFilterOptions

    @Flag(help: "Only count the letters that would be sent, by queue.")
    var dryRun = false

    @Option(help: "Letters per second (default: as fast as the broker takes them).", valueName: "letters")
    var rate: Double?

    @Option(help: "The most letters to send.", valueName: "letters")
    var limit: Int?

    @Option(
        help:
            "The number of letters to send first; the replay waits until their store has them, and stops if one fails.",
        valueName: "letters")
    var canary = 0

    @Option(help: "The timeout for the canaries.")
    var canaryTimeout = Duration.seconds(60)

    @Option(help: "Continue this interrupted replay; pass the same filters.", valueName: "replay")
    var resume: String?

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard rate.map({ $0 > 0 }) ?? true else { throw ValidationError("--rate must be above 0") }
        guard limit.map({ $0 >= 1 }) ?? true else { throw ValidationError("--limit must be 1 or more") }
        guard (0...10_000).contains(canary) else { throw ValidationError("--canary must be from 0 to 10000") }
        guard resume.map({ !$0.isEmpty && !$0.contains("/") && !$0.hasPrefix(".") }) ?? true else {
            throw ValidationError("--resume takes the id that replay printed")
        }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        var options = Replay.Options(filter: filter.filter)
        options.rate = rate
        options.limit = limit
        options.canary = canary
        options.canaryTimeout = canaryTimeout
        let (json, dryRun) = (json, dryRun)
        let record = try ReplayRecord(
            id: resume ?? "\(Timestamp.now.microseconds / 1_000)", directory: backEnds.backEnds.replayDirectory)
        try await Pipeline.with(backEnds.backEnds) { [options] pipeline in
            let replay = Replay(
                pipeline.deadLetters, record: record, options: options,
                applied: Replay.applied(in: pipeline.graph, pipeline.profiles, now: { .now }),
                now: { .now })
            if dryRun { return Output.print(ReplayPreview(try await replay.dryRun()), json: json) }
            Output.printError("replay \(record.id), recorded in \(record.path)\n")
            let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
            let summary = try await withCancellation(when: signals.stop) {
                try await replay.run { bar.show(text: "\($0.sent) sent, \($0.kept) kept") }
            }
            bar.clear()
            Output.print(ReplayReport(summary, record), json: json)
            if let stopped = summary.stopped { throw CommandFailure("the replay stopped: \(stopped)") }
        }
    }
}
