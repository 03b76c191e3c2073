import App
import Arguments

struct HealthCommand: Command {
    static let configuration = CommandConfiguration(
        name: "health", abstract: "Checks whether the broker and the stores can be used; exit status 1 if not.",
        examples: ["debias-events health --json"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let report = await HealthReport.read(backEnds.backEnds)
        Output.print(report, json: json)
        if !report.isHealthy { throw CommandFailure("a back end is not healthy; the report names the cause") }
    }
}
