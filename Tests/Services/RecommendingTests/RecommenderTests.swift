import Events
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Recommending

@Suite("Recommending") struct RecommenderTests {
    private let store = FakeGraphStore()
    private var recommender: Recommender { Recommender(store: store) }

    /// Writes one event for each product, a minute apart.
    private func write(
        _ products: [Int64], user: Int64, session: String? = nil, type: EventType = .view, from minute: Int64 = 0
    ) async throws {
        let events = products.enumerated().map { index, product in
            Event(
                id: EventID(high: UInt64(user), low: UInt64(minute) << 32 | UInt64(index)), userID: user,
                productID: product, type: type, session: session ?? "session-\(user)",
                time: Timestamp(microseconds: 1_767_225_600_000_000 + (minute + Int64(index)) * 60_000_000))
        }
        _ = try await store.apply(InteractionBatch(events))
    }

    @Test("a user gets what others saw beside the same products, with the reason")
    func walk() async throws {
        try await write([1, 2], user: 10)
        try await write([1, 2, 3], user: 11)
        try await write([1], user: 12)
        let found = try await recommender.recommendations(for: 12)
        #expect(found.map(\.productID) == [2, 3])
        #expect(found.allSatisfy { $0.source == .walk && $0.because == [.init(productID: 1, share: 1)] })
    }

    @Test("an unknown user gets the most visited products, of equals the smaller id first")
    func unknown() async throws {
        try await write([3, 1], user: 10)
        try await write([3, 2], user: 11)
        let found = try await recommender.recommendations(for: 99, RecommendationQuery(limit: 2))
        #expect(
            found == [
                Recommendation(productID: 3, score: 0, source: .popular),
                Recommendation(productID: 1, score: 0, source: .popular),
            ])
    }

    @Test("what the walk leaves is filled up with the most visited products that the user has not touched")
    func filling() async throws {
        try await write([1, 2], user: 10)
        try await write([5, 6, 1], user: 11, session: "other")
        try await write([6], user: 12)
        try await write([2, 7], user: 12, type: .removeFromCart, from: 10)
        try await write([9], user: 13)
        let found = try await recommender.recommendations(for: 12)
        #expect(found.map(\.productID) == [5, 1, 9])
        #expect(found.map(\.source) == [.walk, .walk, .popular])
        let more = try await recommender.recommendations(for: 12, RecommendationQuery(includesSeen: true))
        #expect(Set(more.map(\.productID)) == [1, 2, 5, 6, 9])
    }

    @Test("older products weigh less, by rank and by age; one taken out of the cart keeps its rank without weight")
    func weights() {
        func product(_ id: Int64, minutes: Int64, isRemoved: Bool = false) -> UserContext.Product {
            UserContext.Product(
                productID: id, time: Timestamp(microseconds: minutes * 60_000_000), isRemoved: isRemoved)
        }
        let user = UserContext(newest: [
            product(1, minutes: 100), product(2, minutes: 100, isRemoved: true), product(3, minutes: 70),
        ])
        let context = Recommender.context(user)
        #expect(context.map(\.productID) == [1, 2, 3])
        #expect(context.map(\.weight) == [1, 0, 0.48999999999999994 * 0.5])
    }

    @Test("a session that is not stored is walked from by rank alone")
    func session() async throws {
        try await write([1, 2], user: 10)
        let found = try await recommender.recommendations(after: [2, 9], RecommendationQuery(limit: 1))
        #expect(found.map(\.productID) == [1])
        #expect(found[0].because == [.init(productID: 2, share: 1)])
        #expect(try await recommender.recommendations(after: []).map(\.source) == [.popular, .popular])
    }

    @Test("what one user does in one long session changes nobody's list")
    func robot() async throws {
        for user in 10..<20 as Range<Int64> { try await write([1, 2, 3], user: user) }
        try await write([1], user: 30)
        let before = try await recommender.recommendations(for: 30, RecommendationQuery(limit: 2))
        try await write(Array(repeating: [1, 77, 78, 79], count: 2_500).flatMap(\.self), user: 66)
        let after = try await recommender.recommendations(for: 30, RecommendationQuery(limit: 2))
        #expect(after.map(\.productID) == before.map(\.productID))
    }

    @Test("numbers of sessions that are never asked for change no list", arguments: [0.25, 1.5], [true, false])
    func pruning(debias: Double, includesSeen: Bool) async throws {
        var random = SeededGenerator(seed: 3)
        for user in Int64(1)...60 {
            let products = (0..<Int.random(in: 2...12, using: &random)).map { _ in
                // A few products are in most sessions.
                Int64(300 / Double.random(in: 1...300, using: &random))
            }
            try await write(products, user: user, session: "s-\(user % 40)")
        }
        let query = RecommendationQuery(limit: 5, debias: debias, includesSeen: includesSeen)
        for user in Int64(1)...20 {
            let own = try await store.context(of: user, limit: 10)
            var walk = Walk(context: Recommender.context(own), debias: debias)
            walk.takeFirst(
                try await store.coViews(CoViewQuery(products: walk.firstStep, includesCategories: true)))
            walk.takeSecond(
                try await store.coViews(CoViewQuery(products: walk.chooseHubs(), includesCategories: false)))
            let expected = walk.recommendations(query, excluding: includesSeen ? [] : own.touched)
            #expect(expected.count == 5)
            #expect(try await recommender.recommendations(for: user, query) == expected)
        }
    }
}
