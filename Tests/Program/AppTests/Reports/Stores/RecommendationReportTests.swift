import App
import Events
import PipelineTesting
import Recommending
import Stores
import Testing

@Suite struct RecommendationReportTests {
    /// Users who see the products of one session each, a second apart; those of `category` have one.
    private func store(
        _ sessions: [Int64: [Int64]], category: Set<Int64> = []
    ) async throws -> FakeGraphStore {
        let store = FakeGraphStore()
        var events: [Event] = []
        for (user, products) in sessions.sorted(by: { $0.key < $1.key }) {
            for product in products {
                events.append(
                    Event(
                        id: EventID(high: 3, low: UInt64(events.count)), userID: user, productID: product, type: .view,
                        session: "session-\(user)", time: Timestamp(microseconds: Int64(events.count) * 1_000_000),
                        categoryCode: category.contains(product) ? "shoes" : nil))
            }
        }
        _ = try await store.apply(InteractionBatch(events))
        return store
    }

    private func report(
        to user: Int64, _ store: FakeGraphStore, limit: Int = 20
    ) async throws -> RecommendationReport {
        try await .recommend(to: user, RecommendationQuery(limit: limit), from: store)
    }

    @Test("a line says which product, how good it is beside the best, and why")
    func table() async throws {
        let text = try await report(to: 2, store([1: [10, 11, 12], 2: [10]])).text
        #expect(
            text == """
                for user 2, debias 0.25

                   product  score  because of
                1       11  100 %  100 % product 10
                2       12   56 %  100 % product 10

                """)
    }

    @Test("the category of what was seen is a reason as well")
    func category() async throws {
        let text = try await report(to: 2, store([1: [11], 2: [10]], category: [10, 11])).text
        #expect(text.contains("11  100 %  100 % category"))
    }

    @Test("more than three reasons are counted")
    func manyReasons() async throws {
        let text = try await report(to: 2, store([1: [1, 2, 3, 4, 5, 9], 2: [1, 2, 3, 4, 5]])).text
        #expect(text.contains(", 2 others\n"))
    }

    @Test("a user who leads nowhere gets what is popular, and is told so")
    func popular() async throws {
        let text = try await report(to: 9, store([1: [10, 11]])).text
        #expect(text.hasPrefix("nothing is known of user 9 that leads anywhere: "))
        #expect(text.contains("seen in many sessions"))
    }

    @Test("an empty graph is told in words")
    func nothing() async throws {
        #expect(try await report(to: 9, store([:])).text.hasPrefix("nothing to recommend to user 9: "))
    }

    @Test("the JSON object is the one of the API")
    func json() async throws {
        let json = String(decoding: try await report(to: 9, store([1: [10]]), limit: 1).json, as: UTF8.self)
        #expect(
            json == #"{"user_id":9,"debias":0.25,"recommendations":[{"product_id":10,"score":0.0,"because":[],"#
                + #""category_share":0.0,"source":"popular"}]}"#)
    }
}
