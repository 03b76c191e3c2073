import Events
import Foundation
import JSON
import TestSupport
import Testing

@testable import Recommending

@Suite("Recommendations and an independent computation of them") struct WalkReferenceTests {
    @Test(
        "are the same products with the same scores, bit by bit",
        arguments: [0.25, 0, 1.5])
    func bits(debias: Double) async throws {
        var shop = RandomShop(seed: 17)
        let events = shop.events(1_500)
        let index = VisitIndex(log: EventLog(events))
        for number in events.indices { index.add(number) }
        var file = JSONLines()
        for event in events { file.add(event) }
        let folder = try TemporaryDirectory()
        let path = folder.file("events")
        try Data(file.bytes).write(to: URL(filePath: path))
        let users = Array(1...10 as ClosedRange<Int64>)
        let script = URL(filePath: #filePath).appending(path: "../../../../../scripts/walk-reference").standardized
        let output = try await HelperProcess.run(
            "python3", [script.path, "--debias", "\(debias)", path] + users.map { "\($0)" })
        let expected = output.split(separator: "\n").map(String.init)
        try #require(expected.count == users.count)
        let query = RecommendationQuery(debias: debias)
        for (user, line) in zip(users, expected) {
            let found = try await Recommender(store: index).recommendations(for: user, query)
            #expect(found.contains { $0.source == .walk })
            #expect(JSONLines.list(found) == line, "user \(user)")
            for recommendation in found where recommendation.source == .walk {
                let shares = recommendation.because.map(\.share).reduce(recommendation.categoryShare, +)
                #expect(abs(shares - 1) < 1e-9)
            }
        }
    }
}

/// What scripts/walk-reference reads and prints.
private struct JSONLines {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ event: Event) {
        var json = JSONWriter()
        json.object { json in
            json.member("event_id", event.id.description)
            json.member("user_id", event.userID)
            json.member("product_id", event.productID)
            json.member("event_type", event.type.rawValue)
            json.member("user_session", event.session)
            json.member("microseconds", event.time.microseconds)
            if let brand = event.brand { json.member("brand", brand) }
            if let category = event.categoryCode { json.member("category_code", category) }
        }
        bytes += json.bytes + [UInt8(ascii: "\n")]
    }

    static func list(_ found: [Recommendation]) -> String {
        let pairs = found.map { recommendation in
            let digits = String(recommendation.score.bitPattern, radix: 16)
            let bits =
                recommendation.source == .popular
                ? "" : String(repeating: "0", count: 16 - digits.count) + digits
            return "[\(recommendation.productID), \"\(bits)\"]"
        }
        return "[\(pairs.joined(separator: ", "))]"
    }
}
