import Arguments
import Platform

/// For who packages the program; not in the list of commands.
struct ManualCommand: Command {
    static let configuration = CommandConfiguration(
        name: "manual", abstract: "Writes the manual page of each command into a folder.",
        examples: ["debias-events manual man1"], isHidden: true)

    @Argument(help: "The folder, which is made if it is missing.", completion: .directory)
    var folder: String

    mutating func run() throws {
        try FileSystem.createDirectory(folder)
        // Without an environment: the pages are for everybody.
        for page in CommandParser(RootCommand.self).manualPages {
            try FileSystem.replace("\(folder)/\(page.fileName)", with: Array(page.text.utf8))
        }
    }
}
