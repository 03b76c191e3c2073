import App
import Arguments

struct TopologyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "topology", abstract: "Creates or checks the exchanges and queues on the broker.",
        examples: ["debias-events topology check --broker amqp://guest:guest@localhost"],
        subcommands: [TopologyDeclareCommand.self, TopologyCheckCommand.self])
}

struct TopologyDeclareCommand: Command {
    static let configuration = CommandConfiguration(
        name: "declare", abstract: "Creates missing exchanges, queues and bindings, and changes nothing else.",
        discussion:
            "Queues and exchanges that exist with other arguments stay unchanged; the error names them, their values and the remedy.",
        examples: ["debias-events topology declare --broker amqp://guest:guest@localhost --queue-type quorum"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let report = try await TopologyReport.declare(backEnds.backEnds)
        Output.print(report, json: json)
    }
}

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
                "the topology is not as configured; topology declare creates missing parts and explains how to move "
                    + "parts that differ")
        }
    }
}
