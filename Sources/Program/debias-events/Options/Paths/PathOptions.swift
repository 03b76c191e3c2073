import App
import Arguments
import Events
import Observability

/// What `verify --compare-paths` looks at.
struct PathOptions: ArgumentGroup {
    @Flag(help: "Compare the ways by which events came to the stores, as the ledger of arrivals has them.")
    var comparePaths = false

    @Option(
        help: "Only events that were posted at this moment (of a date, midnight UTC) or later.", valueName: "time")
    var since: Timestamp?

    @Option(help: "How long an event may be on its way.")
    var grace = Duration.seconds(30)

    @Option(
        help: "A copy of the data folder of another machine's workers, whose ledger counts, too; give one per folder.",
        valueName: "folder", completion: .directory)
    var arrivals: [String] = []

    mutating func validate() throws {
        guard comparePaths || since == nil && arrivals.isEmpty else {
            throw ValidationError("--since and --arrivals belong to --compare-paths")
        }
    }

    /// Prints the comparison.
    ///
    /// - Throws: A ``CommandFailure`` with the verdict unless it is safe to go on.
    func compare(_ backEnds: BackEnds, shown: Int, json: Bool) async throws {
        let question = PathReport.Question(
            since: since ?? Timestamp(microseconds: .min), grace: grace, folders: arrivals)
        let report = try await Pipeline.with(backEnds, withSpool: true, log: .standard) { pipeline in
            try await PathReport.read(question, pipeline, now: .now, shown: shown)
        }
        Output.print(report, json: json)
        guard report.isSafe else { throw CommandFailure(report.verdict) }
    }
}
