import App
import Arguments

struct StatsCommand: Command {
    static let configuration = CommandConfiguration(
        name: "stats", abstract: "Shows the counts of the stores and queues.", examples: ["debias-events stats --json"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let statistics = try await Pipeline.with(backEnds.backEnds, withSpool: true, log: .standard) {
            try await Statistics.read($0)
        }
        Output.print(statistics, json: json)
    }
}
