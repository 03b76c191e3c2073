import App
import Arguments

/// Exchanges, queues and bindings on the broker.
struct TopologyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "topology", abstract: "Makes or checks the exchanges and queues on the broker.",
        examples: ["debias-events topology check --broker amqp://guest:guest@localhost"],
        subcommands: [TopologyDeclareCommand.self, TopologyCheckCommand.self])
}

/// Makes what is missing.
struct TopologyDeclareCommand: Command {
    static let configuration = CommandConfiguration(
        name: "declare", abstract: "Makes the exchanges, queues and bindings that are missing, and nothing else.",
        discussion: "What exists with other arguments is left alone and named, with the values and the way out.",
        examples: ["debias-events topology declare --broker amqp://guest:guest@localhost --queue-type quorum"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let report = try await TopologyReport.declare(backEnds.backEnds)
        Output.print(report, json: json)
    }
}

/// Compares what is there with what is configured.
struct TopologyCheckCommand: Command {
    static let configuration = CommandConfiguration(
        name: "check", abstract: "Compares the broker's exchanges and queues with the configuration.",
        discussion: "Changes nothing. Exit status 1 if something is missing or differs.",
        examples: ["debias-events topology check --json"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let report = try await TopologyReport.check(backEnds.backEnds)
        Output.print(report, json: json)
        guard report.isGood else {
            throw CommandFailure(
                "the topology is not as configured; topology declare makes what is missing, and says of what differs "
                    + "how to move")
        }
    }
}
