import App
import Arguments
import Platform

struct ProfileCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        name: "profile", abstract: "Looks after the profiles of users.",
        examples: ["debias-events profile rebuild"],
        subcommands: [ProfileRebuildCommand.self])
}

struct ProfileRebuildCommand: Command {
    static let configuration = CommandConfiguration(
        name: "rebuild", abstract: "Recomputes profiles from the stored interactions.",
        discussion:
            "Needed after an import of a catalogue, for the profiles of users who do not act again. Changes nothing "
            + "else; workers may go on meanwhile, and it may be stopped and repeated.",
        examples: ["debias-events profile rebuild", "debias-events profile rebuild --user 1"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "Only this user's profile.", valueName: "id")
    var user: Int64?

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        if let user, user < 1 { throw ValidationError("--user must be 1 or more") }
    }

    mutating func run() async throws {
        let user = user
        let bar = ProgressBar(Terminal.standardError(environment: Environment.snapshot()))
        defer { bar.clear() }
        let report = try await Pipeline.withProfiles(of: backEnds.backEnds, log: .standard) { profiles in
            try await RebuildReport.rebuild(userID: user, in: profiles) { bar.show(text: "\($0) profiles computed") }
        }
        bar.clear()
        Output.print(report, json: json)
    }
}
