import App
import Arguments
import Platform

struct TopologyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "topology", abstract: "Creates or checks the exchanges and queues on the broker.",
        examples: ["debias-events topology check --broker amqp://guest:guest@localhost"],
        subcommands: [TopologyDeclareCommand.self, TopologyCheckCommand.self, TopologyMigrateCommand.self])
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

struct TopologyMigrateCommand: Command {
    static let configuration = CommandConfiguration(
        name: "migrate",
        abstract: "Brings queues on RabbitMQ to another type or other limits, with what waits in them.",
        discussion:
            "Stop the workers first; an API (serve --no-workers) may go on. Messages are put aside into QUEUE.migrating, which "
            + "gets what is published meanwhile; the queue is made anew, and they are brought back. Nothing is lost: after a "
            + "break, repeat the command. Retries that wait begin their delay anew. Start workers and API with the same "
            + "options afterwards.",
        examples: [
            "debias-events topology migrate --queue-type quorum --broker amqp://guest:guest@localhost --dry-run",
            "debias-events topology migrate --queue-type quorum --broker amqp://guest:guest@localhost",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Only show which queues would be moved.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard backEnds.$queueType != .declaration else {
            throw ValidationError("--queue-type must be given: classic or quorum, for all queues")
        }
    }

    mutating func run() async throws {
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let report = try await MigrationReport.migrate(backEnds.backEnds, isDryRun: dryRun) {
            bar.show(text: "\($0): \($1) messages")
        }
        bar.clear()
        Output.print(report, json: json)
    }
}
