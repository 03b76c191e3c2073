import App
import Arguments
import FileImport
import Platform

struct CatalogueCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "catalogue", abstract: "Looks after the vectors of the shop's products.",
        examples: ["debias-events catalogue import catalogue.ndjson"],
        subcommands: [CatalogueImportCommand.self])
}

struct CatalogueImportCommand: Command {
    static let configuration = CommandConfiguration(
        name: "import", abstract: "Loads product vectors from a file, in place of stand-ins.",
        discussion:
            "Reads lines such as {\"product_id\": 1, \"vector\": [0.1, -0.2]}, or CSV: product_id and a column vector with "
            + "such a list in quotes, or product_id and the numbers. Plain or gzip, in constant memory. All vectors have "
            + "the same number of components; they are stored with length one. A product that comes again gets the later "
            + "vector, so that an import may be repeated. A record that gives no vector is reported with its line, the "
            + "others are stored, and the exit status is 1.",
        examples: [
            "debias-events catalogue import catalogue.ndjson",
            "debias-events catalogue import catalogue.ndjson --json",
            "cat catalogue.ndjson | debias-events catalogue import -",
        ])

    @Argument(help: "The file, or - for standard input.", completion: .file)
    var file: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    mutating func run() async throws {
        let signals = ShutdownSignals()
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        let (file, json) = (file, json)
        try await Pipeline.withProfiles(of: backEnds.backEnds, log: .standard) { profiles in
            defer { bar.clear() }
            // A signal ends the import after the batch that is being written, and the summary says how far it came.
            let summary = try await withCancellation(when: signals.stop) {
                try await CatalogueImporter().run(
                    ImportInput(argument: file), into: profiles,
                    rejected: { record in
                        bar.clear()
                        Output.printError("line \(record.line): \(record.message): \(record.excerpt)\n")
                    },
                    progress: { bar.show($0) })
            }
            bar.clear()
            Output.print(CatalogueReport(summary, file: file), json: json)
            if let failure = summary.failure { throw CommandFailure(failure) }
        }
    }
}
