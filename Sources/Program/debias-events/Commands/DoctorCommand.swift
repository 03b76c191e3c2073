import App
import Arguments
import Events

struct DoctorCommand: Command {
    static let configuration = CommandConfiguration(
        name: "doctor", abstract: "Looks at each part of the pipeline, and tells what is wrong and what mends it.",
        discussion:
            "Checks the data folder and its disk, the broker (version, topology, permissions, queues), the graph and the vectors "
            + "(version, whether they take writes, what is missing, clocks). Known losses of a version are warnings. Exit status 1 if "
            + "something stops the pipeline; with --strict, also for warnings.",
        examples: ["debias-events doctor", "debias-events doctor --strict --json"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Exit with status 1 for warnings too.")
    var strict = false

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let report = await Doctor(backEnds.backEnds, now: { .now }).examine()
        Output.print(report, json: json)
        guard report.isWell(strictly: strict) else {
            throw CommandFailure("something needs attention; the report tells what, and what to do")
        }
    }
}
