import App
import Arguments
import Platform

struct GraphCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "graph", abstract: "Looks after a graph on a server.",
        examples: ["debias-events graph adopt --graph bolt://localhost:7687"],
        subcommands: [GraphAdoptCommand.self])
}

struct GraphAdoptCommand: Command {
    static let configuration = CommandConfiguration(
        name: "adopt",
        abstract: "Prepares interactions that a shop's own code has written for ordering and recommending.",
        discussion:
            "Gives relationships (:User)-[:INTERACTED]->(:Product) without event_id the properties event_at (microseconds, read from event_time) and product_id, 10,000 in a transaction. Changes nothing else, and may be stopped and repeated. Histories and counts are the same without it.",
        examples: ["debias-events graph adopt --graph bolt://localhost:7687"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let report = try await AdoptionReport.adopt(in: backEnds.backEnds) { count in
            bar.show(text: "\(count) interactions adopted")
        }
        bar.clear()
        Output.print(report, json: json)
    }
}
