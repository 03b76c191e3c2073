import Arguments
import Glibc
import Platform

ShutdownSignals.ignoreBrokenPipes()
// SQLite creates its files for all to read; the folder may be one that others may enter.
FileSystem.keepNewFilesPrivate()
let environment = Environment.snapshot()
let parser = CommandParser(
    RootCommand.self, environment: environment, settings: SettingsLoader.file,
    width: Terminal.standardOutput(environment: environment).width)
do {
    switch try parser.parse(Array(CommandLine.arguments.dropFirst())) {
    case .run(var command):
        try DescriptorLimit.raise()
        try await command.run()
    case .help(let text), .version(let text), .completionScript(let text): Output.print(text + "\n")
    }
} catch let error as UsageError {
    Output.printError("\(error)\n")
    exit(UsageError.exitStatus)
} catch {
    Output.printError("debias-events: \(error)\n")
    exit(1)
}
