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
            + "lines, changes nothing. An invalid line is reported with its number, and the import continues.",
        examples: [
            "debias-events import 2019-Oct.csv.gz",
            "debias-events import UserBehavior.csv --session-gap 20m",
            "zcat events.ndjson.gz | debias-events import -",
        ])

    @Argument(help: "The file, or - for standard input.", completion: .file)
    var file: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "The format of the lines; auto recognises it by the first line.")
    var format = ImportFormat.auto

    @Option(help: "The pause that starts a new session, in a file without sessions.")
    var sessionGap = Duration.seconds(30 * 60)

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    mutating func validate() throws {
        guard sessionGap > .zero else { throw ValidationError("--session-gap must be above 0") }
    }

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        let importer = FileImporter(options: ImportOptions(format: format, sessionGap: sessionGap))
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
            if !summary.isComplete {
                throw CommandFailure("the import stopped before the end of the file; run it again to continue")
            }
        }
    }
}

extension ImportFormat: ArgumentValue {}
