import App
import Arguments
import Events
package import FileImport
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

    @Option(help: "The format of the lines; auto recognises it by the first line.")
    var format = ImportFormat.auto

    @Option(help: "The character between the fields of a line; tab for a tab.")
    var separator = FieldSeparator.comma

    @Option(help: "The columns or members that hold the fields of events, where their names are not known.")
    var columns = FieldMapping()

    @Option(help: "What the file's names of event types mean, before the names that are known.")
    var map = EventNames()

    @Option(help: "The type of all events, in a file that names none.")
    var type: EventType?

    @Option(help: "The pause that starts a new session, in a file without sessions.")
    var sessionGap = Duration.seconds(30 * 60)

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard sessionGap > .zero else { throw ValidationError("--session-gap must be above 0") }
        guard columns == FieldMapping() || format != .taobao else {
            throw ValidationError("--format taobao has its own columns; leave one of --format and --columns out")
        }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        let importer = FileImporter(
            options: ImportOptions(
                format: format, separator: separator.byte, columns: columns, names: map, type: type,
                sessionGap: sessionGap))
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

extension ImportFormat: ArgumentValue {}
