import App
import Arguments

/// Counts of stores and queues.
struct StatsCommand: Command {
    static let configuration = CommandConfiguration(
        name: "stats", abstract: "Shows what the stores and queues hold.", examples: ["debias-events stats --json"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let pipeline = try await Pipeline.open(backEnds.backEnds, withSpool: true)
        do {
            let statistics = try await Statistics.read(pipeline)
            Output.print(json ? String(decoding: statistics.json, as: UTF8.self) + "\n" : statistics.text)
        } catch {
            await pipeline.close()
            throw error
        }
        await pipeline.close()
    }
}
