import Arguments
import Glibc
import Platform

ShutdownSignals.ignoreBrokenPipes()
ProcessMemory.limitPools(to: 2)
// SQLite creates its files for all to read; the folder may be one that others may enter.
FileSystem.keepNewFilesPrivate()
let environment = Environment.snapshot()
let parser = CommandLineParser.make(
    environment: environment, width: Terminal.standardOutput(environment: environment).width)
do {
    switch try parser.parse(Array(CommandLine.arguments.dropFirst())) {
    case .run(var command):
        try DescriptorLimit.raise()
        try await command.run()
    case .values(let listing): Output.print(ConfigurationReport(listing: listing), json: listing.isOn("json"))
    case .help(let text), .version(let text), .completionScript(let text): Output.print(text + "\n")
    }
} catch let error as UsageError {
    Output.printError("\(error)\n")
    exit(UsageError.exitStatus)
} catch {
    Output.printError("debias-events: \(error)\n")
    exit(1)
}
