import App
import Arguments

struct UserCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "user", abstract: "Looks after what is held about a user.",
        examples: ["debias-events user erase 1000664"], subcommands: [UserEraseCommand.self])
}

struct UserEraseCommand: Command {
    static let configuration = CommandConfiguration(
        name: "erase", abstract: "Removes all that is held about a user, for good.",
        discussion:
            "Removes interactions, profile, dead letters and archived ones. What stays is the user's id with the time of the command, "
            + "so that events from before which still wait somewhere do not come back; what the user does later is taken. "
            + "After a failure, repeat the command.",
        examples: ["debias-events user erase 1000664", "debias-events user erase 1000664 --yes --json"])

    @Argument(help: "The user's id.")
    var id: Int64

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Do not ask for confirmation.")
    var yes = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard id >= 1 else { throw ValidationError("a user's id is a whole number from 1 to 2^63-1") }
    }

    mutating func run() async throws {
        guard yes || Output.asks("Remove all that is held about user \(id) for good?") else {
            throw CommandFailure("nothing was removed")
        }
        let report = try await UserErasureReport.erase(id, from: backEnds.backEnds)
        Output.print(report, json: json)
        if let failure = report.failure { throw CommandFailure(failure) }
    }
}
