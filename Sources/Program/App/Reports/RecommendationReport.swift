import JSON
package import Recommending
package import Stores

/// What `recommend` says: products for a user, and why.
package struct RecommendationReport: Report, Sendable {
    private let userID: Int64
    private let query: RecommendationQuery
    private let recommendations: [Recommendation]

    /// Recommends products to a user, from what the graph has stored.
    ///
    /// - Throws: ``StoreError`` if the graph cannot be read.
    package static func recommend(
        to userID: Int64, _ query: RecommendationQuery, from graph: any GraphStore
    ) async throws(StoreError) -> RecommendationReport {
        RecommendationReport(
            userID: userID, query: query,
            recommendations: try await Recommender(store: graph).recommendations(for: userID, query))
    }

    /// As `GET /users/{id}/recommendations` answers.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", userID)
            json.member("debias", query.debias)
            json.key("recommendations")
            json.recommendations(recommendations)
        }
        return json.bytes
    }

    /// A line per product: its id, its score beside the best, and what it comes from.
    package var text: String {
        guard let best = recommendations.first else {
            return "nothing to recommend to user \(userID): there are no interactions, or the user knows all products\n"
        }
        let table = TextTable(
            header: ["", "product", "score", "because of"], columns: [.right, .right, .right, .left],
            rows: recommendations.enumerated().map { place, recommendation in
                [
                    "\(place + 1)", "\(recommendation.productID)",
                    recommendation.source == .popular ? "" : Self.percent(recommendation.score / best.score),
                    Self.reasons(for: recommendation),
                ]
            })
        guard best.source == .walk else {
            return "nothing is known of user \(userID) that leads anywhere: the products that the most sessions saw\n\n"
                + table.text
        }
        return "for user \(userID), debias \(query.debias)\n\n" + table.text
    }

    private static func reasons(for recommendation: Recommendation) -> String {
        guard recommendation.source == .walk else { return "seen in many sessions" }
        var reasons = recommendation.because.prefix(3).map { "\(percent($0.share)) product \($0.productID)" }
        if recommendation.categoryShare > 0 { reasons.append("\(percent(recommendation.categoryShare)) category") }
        let others = recommendation.because.count - 3
        if others > 0 { reasons.append("\(others) \(others == 1 ? "other" : "others")") }
        return reasons.joined(separator: ", ")
    }

    private static func percent(_ share: Double) -> String {
        let percent = Int((share * 100).rounded())
        return percent == 0 ? "<1 %" : "\(percent) %"
    }
}
