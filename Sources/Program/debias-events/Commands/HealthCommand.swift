import App
import Arguments

struct HealthCommand: Command {
    static let configuration = CommandConfiguration(
        name: "health", abstract: "Checks whether the broker and the stores can be used; exit status 1 if not.",
        discussion:
            "With --url, asks a server or worker that runs whether it is alive: the health check of a container, which needs no "
            + "other program for it.",
        examples: [
            "debias-events health --json",
            "debias-events health --url http://127.0.0.1:8000",
            "debias-events health --url http://127.0.0.1:8081 --ready",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(
        help: "Ask what listens there (serve, or worker --health-port) rather than the back ends.", valueName: "url")
    var url: String?

    @Flag(help: "With --url: ask whether it can do its work, not only whether it is alive.")
    var ready = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard url != nil || !ready else { throw ValidationError("--ready needs --url") }
    }

    mutating func run() async throws {
        if let url {
            let report = try await ProbeReport.read(ready ? .ready : .alive, from: url)
            Output.print(report, json: json)
            if !report.isGood { throw CommandFailure("\(url) is not healthy; its answer names the cause") }
            return
        }
        let report = await HealthReport.read(backEnds.backEnds)
        Output.print(report, json: json)
        if !report.isHealthy { throw CommandFailure("a back end is not healthy; the report names the cause") }
    }
}
