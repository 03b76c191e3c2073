import App
import Arguments
import Events
import FileImport
import Platform

struct ImportCommand: Command {
    static let configuration = CommandConfiguration(
        name: "import", abstract: "Imports a file of events into both stores.",
        discussion:
            "Reads CSV and NDJSON, plain or gzip, in constant memory, and writes to the stores directly, without "
            + "the queues. Every event's id follows from its row: importing a file again, or a file with duplicate "
            + "lines, changes nothing. An invalid line is reported with its number, and the import continues.\n\n"
            + "Where columns have other names, --columns names them: user, product, type, time, session, id, price, "
            + "quantity, brand and category. A number is the position of a column in a file without a header; a path "
            + "such as events.aid leads into the lists of JSON lines; hash: makes an id of a text; A+B adds "
            + "milliseconds to a time or date.",
        examples: [
            "debias-events import 2019-Oct.csv.gz",
            "debias-events import UserBehavior.csv --session-gap 20m",
            "debias-events import visits.csv --separator ';' --columns user=kunde,product=artikel --type view",
            CommandExample(
                "debias-events import train.jsonl --map clicks=view,carts=cart,orders=purchase --columns "
                    + "user=session,session=session,product=events.aid,time=events.ts,type=events.type"),
            "zcat events.ndjson.gz | debias-events import -",
        ])

    @Argument(help: "The file, or - for standard input.", completion: .file)
    var file: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @OptionGroup(title: "The file's form") var form: EventFileOptions

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        let importer = FileImporter(options: form.options)
        let (file, json) = (file, json)
        try await Pipeline.with(backEnds.backEnds, log: .standard) { pipeline in
            defer { bar.clear() }
            // A signal cancels the import: the current batch is written and the summary reports how far the import
            // came.
            let summary = try await withCancellation(when: signals.stop) {
                try await importer.run(
                    ImportInput(argument: file), into: pipeline.graph, profiles: pipeline.profiles, now: .now,
                    rejected: { record in
                        bar.clear()
                        Output.printError("line \(record.line): \(record.message): \(record.excerpt)\n")
                    },
                    progress: { bar.show($0) })
            }
            bar.clear()
            Output.print(ImportReport(summary, file: file), json: json)
            if let failure = summary.failure { throw CommandFailure(failure) }
        }
    }
}
