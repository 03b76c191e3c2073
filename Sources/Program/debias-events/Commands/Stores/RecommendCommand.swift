import App
import Arguments
import Recommending

struct RecommendCommand: Command {
    static let configuration = CommandConfiguration(
        name: "recommend", abstract: "Recommends products to a user, and says why.",
        discussion:
            "Walks from the user's last products to what others saw beside them, straight from the stored events. What is seen "
            + "by everybody counts less, the more so the greater --debias is. An unknown user gets what the most sessions saw.",
        examples: [
            "debias-events recommend --user 1000664", "debias-events recommend --user 1000664 --debias 0.5 --json",
        ])

    @Option(help: "The user's id.")
    var user: Int64

    @Option(help: "The most products, up to \(RecommendationQuery.maxLimit).")
    var limit = 20

    @Option(help: "How much popularity is corrected for: 0 does not, 0.25 costs next to nothing, 1.5 is the most.")
    var debias = 0.25

    @Flag(help: "Recommend products that the user has seen, too.")
    var seen = false

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard user >= 1 else { throw ValidationError("a user's id is a whole number from 1 to 2^63-1") }
        guard 1...RecommendationQuery.maxLimit ~= limit else {
            throw ValidationError("--limit is a number from 1 to \(RecommendationQuery.maxLimit)")
        }
        guard RecommendationQuery.debiasRange ~= debias else {
            throw ValidationError("--debias is a number from 0 to \(RecommendationQuery.debiasRange.upperBound)")
        }
    }

    mutating func run() async throws {
        let query = RecommendationQuery(limit: limit, debias: debias, includesSeen: seen)
        let user = user
        let report = try await Pipeline.with(backEnds.backEnds, log: .standard) {
            try await RecommendationReport.recommend(to: user, query, from: $0.graph)
        }
        Output.print(report, json: json)
    }
}
