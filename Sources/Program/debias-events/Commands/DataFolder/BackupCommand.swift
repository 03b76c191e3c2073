import App
import Arguments
import Platform

struct BackupCommand: Command {
    static let configuration = CommandConfiguration(
        name: "backup", abstract: "Copies the data folder into a new folder, while it is in use.",
        discussion:
            "Takes queues, graph, profiles, spool, archive and records, in an order that keeps every event which was accepted "
            + "before the command began. Back ends on servers have backups of their own. Copy the folder to another machine "
            + "once it has its name; until then it is called FOLDER.unfinished.",
        examples: [
            "debias-events backup backups/monday",
            "debias-events backup backups/monday --data-dir debias-data --json",
        ])

    @Argument(help: "The folder to make; it must not exist.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let report = try await BackupReport.backUp(backEnds.backEnds, to: folder) { bar.show(text: "copying \($0)") }
        bar.clear()
        Output.print(report, json: json)
    }
}
