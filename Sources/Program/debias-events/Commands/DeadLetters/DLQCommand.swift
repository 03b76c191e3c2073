import App
import Arguments
import DeadLetters
import Events
import JSON
import Messaging

/// Works on dead letters, the events that the pipeline gave up.
struct DLQCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "dlq", abstract: "Shows dead letters, sends them back, or removes them.",
        discussion:
            "Listing or showing letters leaves them unchanged in the queue. A replay sends a letter only to the queue in which it "
            + "failed, and counts its attempts from zero again.",
        examples: ["debias-events dlq list --group", "debias-events dlq replay --class rejected --canary 10"],
        subcommands: [
            DLQListCommand.self, DLQShowCommand.self, DLQExportCommand.self, DLQImportCommand.self,
            DLQReplayCommand.self, DLQEditReplayCommand.self, DLQPurgeCommand.self, DLQWatchCommand.self,
        ])
}

struct DLQListCommand: Command {
    static let configuration = CommandConfiguration(
        name: "list", abstract: "Lists dead letters, oldest first, or groups of letters that failed alike.",
        examples: [
            "debias-events dlq list --queue neo4j --limit 20", "debias-events dlq list --group --json",
        ])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Which letters") var filter: DLQFilterOptions

    @Flag(help: "Print one line per group of letters that failed alike, the largest group first.")
    var group = false

    @Option(help: "The most letters to list.", valueName: "letters")
    var limit = 100

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit must be 1 or more") }
    }

    mutating func run() async throws {
        let filter = filter.filter
        let (limit, groups) = (limit, group)
        let report = try await Pipeline.with(backEnds.backEnds) { pipeline in
            var report = DeadLetterReport()
            report.total = try await pipeline.deadLetters.look { letter in
                guard filter.matches(letter) else { return true }
                report.add(letter, keeping: groups ? 0 : limit)
                return true
            }
            return report
        }
        Output.print(DeadLetterListing(report, isGrouped: groups), json: json)
    }
}

struct DLQShowCommand: Command {
    static let configuration = CommandConfiguration(
        name: "show", abstract: "Shows one dead letter: its body, the cause, and every attempt.",
        examples: ["debias-events dlq show 3f2a9c81d0be"])

    @Argument(help: "The letter's id, as list prints it.")
    var id: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let id = id
        let letter = try await Pipeline.with(backEnds.backEnds) { try await $0.deadLetters.existingLetter(id) }
        Output.print(DeadLetterDetails(letter), json: json)
    }
}

extension DeadLetterQueue {
    /// - Throws: ``CommandFailure`` if there is no such letter.
    func existingLetter(_ id: String) async throws -> DeadLetter {
        guard let letter = try await letter(id) else {
            throw CommandFailure("there is no dead letter \(id); debias-events dlq list shows all")
        }
        return letter
    }
}

struct DLQExportCommand: Command {
    static let configuration = CommandConfiguration(
        name: "export",
        abstract: "Writes dead letters to a file, one JSON object per line, and leaves them in the queue.",
        discussion: "Each line has the body byte for byte (as base64 where it is not text) and all properties and "
            + "headers: dlq import brings the letters back.",
        examples: ["debias-events dlq export letters.ndjson --class malformed"])

    @Argument(help: "The file, which must not exist yet, or - for standard output.", completion: .file)
    var file: String

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Which letters") var filter: DLQFilterOptions

    mutating func run() async throws {
        let filter = filter.filter
        let output = try ExportFile(file)
        let (count, incomplete) = try await Pipeline.with(backEnds.backEnds) { pipeline in
            var (count, incomplete) = (0, 0)
            var failure: (any Error)?
            try await pipeline.deadLetters.look { letter in
                guard filter.matches(letter) else { return true }
                do { try output.write(Output.line(letter.json.bytes)) } catch { failure = error }
                count += 1
                if letter.message.isBodyLeftOut { incomplete += 1 }
                return failure == nil
            }
            if let failure { throw failure }
            try output.flush()
            return (count, incomplete)
        }
        Output.printError("\(count) letters exported\n")
        guard incomplete == 0 else {
            throw CommandFailure(
                "\(incomplete) of them are larger than 1 MiB and were written without their bodies, which only the queue "
                    + "has")
        }
    }
}

struct DLQPurgeCommand: Command {
    static let configuration = CommandConfiguration(
        name: "purge", abstract: "Removes dead letters for good; export them first.",
        examples: ["debias-events dlq purge --class malformed --until 2026-11-01"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions
    @OptionGroup(title: "Which letters") var filter: DLQFilterOptions

    @Flag(help: "Do not ask for confirmation.")
    var yes = false

    mutating func run() async throws {
        let filter = filter.filter
        let yes = yes
        let count = try await Pipeline.with(backEnds.backEnds) { pipeline in
            var count = 0
            try await pipeline.deadLetters.look { letter in
                if filter.matches(letter) { count += 1 }
                return true
            }
            guard count > 0 else { return 0 }
            guard yes || Output.asks("Remove \(count) dead letters for good?") else {
                throw CommandFailure("nothing was removed")
            }
            return try await pipeline.deadLetters.purge(filter)
        }
        Output.print("\(count) letters removed\n")
    }
}
