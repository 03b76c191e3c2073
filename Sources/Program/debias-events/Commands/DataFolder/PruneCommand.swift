import App
import Arguments
import Events
import Platform

struct PruneCommand: Command {
    static let configuration = CommandConfiguration(
        name: "prune", abstract: "Removes old interactions from the graph and the vectors, for good.",
        discussion:
            "The time of an event counts (event_time), not that of its receipt. Profiles, co-views and learned vectors are "
            + "computed anew from what stays. Workers may go on; an event from before the limit that comes later is written "
            + "again. After an interruption, repeat the command. Prints counts and asks before it removes anything.",
        examples: ["debias-events prune --older-than 90d --dry-run", "debias-events prune --older-than 365d --yes"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "The age from which interactions are removed, such as 90d; 1h at least.")
    var olderThan: Duration

    @Flag(help: "Only count what would be removed.")
    var dryRun = false

    @Flag(help: "Do not ask for confirmation.")
    var yes = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard olderThan >= .seconds(3_600) else { throw ValidationError("--older-than must be 1h or more") }
    }

    mutating func run() async throws {
        let time = Timestamp(microseconds: Timestamp.now.microseconds - Int64(olderThan / .microseconds(1)))
        let (dryRun, yes) = (dryRun, yes)
        let report = try await Pipeline.with(backEnds.backEnds, log: .standard) { pipeline in
            let count = try await PruneReport.count(before: time, in: pipeline)
            if dryRun { return count }
            guard
                yes
                    || Output.asks(
                        "Remove \(count.interactions) interactions of the graph and \(count.vectors) vectors for good?")
            else { throw CommandFailure("nothing was removed") }
            let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
            defer { bar.clear() }
            return try await PruneReport.prune(before: time, in: pipeline) { store, removed in
                bar.show(text: "\(store): \(removed) interactions removed")
            }
        }
        Output.print(report, json: json)
    }
}
