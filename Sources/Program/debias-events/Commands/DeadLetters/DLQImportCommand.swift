import App
import Arguments
import DeadLetters
import Events
import Platform

struct DLQImportCommand: Command {
    static let configuration = CommandConfiguration(
        name: "import", abstract: "Brings dead letters back from files that export or the archive wrote.",
        discussion: "Letters that the queue holds already are passed over, so that an import can be repeated. A letter "
            + "stays in the queue for another seven days. The files of letters that would have expired are in the data "
            + "folder's archive; remove those that you have imported.",
        examples: [
            "debias-events dlq import letters.ndjson", "debias-events dlq import debias-data/archive/*.ndjson.gz",
        ])

    @Argument(name: "file", help: "The files, plain or gzip, or - for standard input.", completion: .file)
    var files: [String]

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    mutating func run() async throws {
        let files = files
        // A file that cannot be opened is found before anything is changed.
        let readers = try files.map { try LetterReader($0) }
        try await Pipeline.with(backEnds.backEnds) { pipeline in
            let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
            defer { bar.clear() }
            for (file, reader) in zip(files, readers) {
                let result: DeadLetterQueue.Imported
                do {
                    result = try await pipeline.deadLetters.bringBack({ try await reader.next() }, now: .now) {
                        bar.show(text: "\(file): \($0.added) letters brought back")
                    }
                } catch {
                    throw CommandFailure("\(file): \(error)")
                }
                bar.clear()
                Output.print("\(file): \(result.added) letters brought back, \(result.skipped) were in the queue\n")
            }
        }
    }
}
