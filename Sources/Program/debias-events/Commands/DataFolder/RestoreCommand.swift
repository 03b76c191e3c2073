import App
import Arguments
import Platform

struct RestoreCommand: Command {
    static let configuration = CommandConfiguration(
        name: "restore", abstract: "Makes a data folder out of a backup.",
        discussion:
            "The data folder (--data-dir) must be empty, or not exist: nothing is written over. Each file is compared with what "
            + "was backed up; one of an earlier release is brought up to date, one of a later release is refused. If the "
            + "command is interrupted, no other uses the folder until it is repeated.",
        examples: ["debias-events restore backups/monday --data-dir restored"])

    @Argument(help: "The folder that backup has made.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let report = try await RestoreReport.restore(folder, into: backEnds.backEnds) {
            bar.show(text: "restoring \($0)")
        }
        bar.clear()
        Output.print(report, json: json)
    }
}
