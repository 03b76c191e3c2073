import App
import Arguments
import Events
import LoadTesting

struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        name: "verify",
        abstract: "Checks that every accepted event is in the graph and in the vectors exactly once, with its content.",
        discussion:
            "The ledger is that of load-test, or holds the ids of events that were answered with 200: one per line, or "
            + "JSON objects with an event_id. Objects that are whole events, as they were posted, are compared with what "
            + "is stored; what the stores hold is compared with each other in any case. Events of users who were erased "
            + "since, and events that are dead letters, are told apart from lost ones where the ledger names their content. "
            + "Exit status 1 if an event is missing, doubled or different, or if the stores have got more events than "
            + "the ledger of a load test explains. With --compare-paths, whether events that were sent both ways (serve "
            + "--mode parallel) came the same by both; exit status 1 unless it is safe to go on.",
        examples: [
            "debias-events verify --ledger accepted.ndjson",
            "debias-events verify --compare-paths --since 2026-11-25T10:00:00Z",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "The file of accepted event ids.", completion: .file)
    var ledger: String?

    @OptionGroup(title: "Paths") var paths: PathOptions

    @Option(help: "The most ids to print per finding.", valueName: "ids")
    var show = 20

    @Flag(
        help: "Others have posted since the load test began: more events than the ledger explains are no fault.")
    var shared = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard (ledger == nil) == paths.comparePaths else {
            throw ValidationError("give either --ledger or --compare-paths")
        }
    }

    mutating func run() async throws {
        guard let path = ledger else { return try await paths.compare(backEnds.backEnds, shown: show, json: json) }
        let ledger = try Ledger(FileContents.read(path), name: path)
        let (show, shared) = (show, shared)
        let report = try await Pipeline.with(backEnds.backEnds, log: .standard) { pipeline in
            try await VerificationReport.read(ledger, pipeline, shown: show, isShared: shared)
        }
        Output.print(report, json: json)
        guard report.isGood else {
            throw CommandFailure("not every accepted event is in both stores exactly once, with its content")
        }
    }
}
