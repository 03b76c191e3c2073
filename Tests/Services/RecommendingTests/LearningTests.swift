import Events
import PipelineTesting
import Stores
import Synchronization
import Testing

@testable import Recommending

@Suite("Learning vectors of products") struct LearningTests {
    private let graph = FakeGraphStore()
    private let profiles = FakeProfileStore()
    private var learning: ProductLearning { ProductLearning(from: graph, into: profiles) }

    /// Writes one event for each product, a minute apart.
    @discardableResult
    private func write(_ products: [Int64], user: Int64, category: String? = nil) async throws -> [Event] {
        let events = products.enumerated().map { index, product in
            Event(
                id: EventID(high: UInt64(user), low: UInt64(index)), userID: user, productID: product, type: .view,
                session: "session-\(user)",
                time: Timestamp(microseconds: 1_767_225_600_000_000 + Int64(index) * 60_000_000),
                categoryCode: category)
        }
        _ = try await graph.apply(InteractionBatch(events))
        return events
    }

    private func cosine(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test("a vector is half the product's own signature and half those of what is touched beside it")
    func formula() {
        let neighbours: [LearnedVector.Neighbour] = [
            .init(coViews: 2_520, sessions: 4, signature: [0, 1, 0]),
            .init(coViews: 1_260, sessions: 1, signature: [0, 0, 1]),
        ]
        let vector = LearnedVector.make(signature: [1, 0, 0], neighbours: neighbours)
        // Both neighbours count 1,260; their sum has length one before it is added.
        let half = Float(0.5).squareRoot()
        for (seen, expected) in zip(vector, [half, half * half, half * half]) { #expect(abs(seen - expected) < 1e-6) }
        #expect(LearnedVector.make(signature: [1, 0], neighbours: []) == [1, 0])
        let opposite = LearnedVector.Neighbour(coViews: 1, sessions: 1, signature: [-1, 0])
        #expect(LearnedVector.make(signature: [1, 0], neighbours: [opposite]) == [0, 0])
    }

    @Test("products of one session become near to each other; what nobody saw beside another learns nothing")
    func near() async throws {
        try await write([1, 2], user: 10)
        try await write([3], user: 11)
        #expect(try await learning.learn([1, 2, 3, 4]) == 2)
        let learned = try await profiles.learned([1, 2, 3, 4])
        #expect(Set(learned.keys) == [1, 2])
        let signatures = try await profiles.signatures(of: [1, 2].map { ProductFeatures(productID: $0) })
        let before = cosine(try #require(signatures[1]), try #require(signatures[2]))
        let after = cosine(try #require(learned[1]).vector, try #require(learned[2]).vector)
        #expect(before < 0.5 && after > 0.9)
        #expect(learned[1]?.sessions == 1)
        #expect(try await learning.learn([1, 2, 3, 4]) == 0, "nothing has changed")
    }

    @Test("after an erasure nothing is left of what was learned from the user")
    func erasure() async throws {
        try await write([1, 2], user: 10)
        try await write([2, 3], user: 11)
        let products = try await learning.products(touchedBy: 10, in: graph)
        #expect(products == [1, 2])
        _ = try await learning.learn(all: [1, 2, 3])
        _ = try await graph.erase(userID: 10, receivedUntil: Timestamp(microseconds: .max))
        _ = try await learning.learn(all: products)
        let other = FakeProfileStore()
        _ = try await ProductLearning(from: graph, into: other).learn(all: [1, 2, 3])
        #expect(try await profiles.learned([1, 2, 3]) == other.learned([1, 2, 3]))
        #expect(Set(try await profiles.learned([1, 2, 3]).keys) == [2, 3])
    }

    @Test("a question is made of the newest products, of each what was learned, or its signature")
    func question() async throws {
        let question = ProductQuestion(graph: graph, vectors: profiles)
        #expect(try await question.vector(for: 10) == nil)
        try await write([1, 2], user: 10, category: "shoes")
        let features = [1, 2].map { ProductFeatures(productID: $0, categoryCode: "shoes") }
        let signatures = try await profiles.signatures(of: features)
        let first = try #require(try await question.vector(for: 10))
        #expect(cosine(first, try #require(signatures[2])) > cosine(first, try #require(signatures[1])))
        try await profiles.putLearned(
            [LearnedProduct(productID: 2, vector: [1] + Array(repeating: 0, count: 63), sessions: 1)], removing: [])
        let second = try #require(try await question.vector(for: 10))
        #expect(second[0] > 0.7 && first[0] < 0.5)
    }

    @Test("nearness counts less for what many sessions touched")
    func factor() {
        let match = ProductMatch(productID: 1, score: 1, vector: [1], isStandIn: true)
        #expect(ProductQuestion.factor(match, debias: 0.25) == 1)
        var popular = match
        popular.sessions = 1
        #expect(ProductQuestion.factor(popular, debias: 0.25) == 1)
        popular.sessions = 91
        #expect(ProductQuestion.factor(popular, debias: 0.25) == 0.5)
        #expect(ProductQuestion.factor(popular, debias: 0) == 1)
    }
}

@Suite("Rounds of learning") struct ProductLearnerTests {
    private let graph = FakeGraphStore()
    private let profiles = FakeProfileStore()
    private let changes = ChangedSessions(limit: 3)
    private let reports = Reports()
    private let start = ContinuousClock.now

    private final class Reports: Sendable {
        private let kept = Mutex<[ProductLearner.Report]>([])
        var all: [ProductLearner.Report] { kept.withLock { $0 } }
        func add(_ report: ProductLearner.Report) { kept.withLock { $0.append(report) } }
    }

    private func learner() -> ProductLearner {
        let reports = reports
        return ProductLearner(
            ProductLearning(from: graph, into: profiles), changes: changes, interval: .seconds(1)
        ) { reports.add($0) }
    }

    private func write(_ products: [Int64], session: String, notes: Bool = true) async throws {
        let events = products.enumerated().map { index, product in
            Event(
                id: EventID(high: UInt64(product), low: UInt64(session.utf8.reduce(0) { $0 * 31 + Int($1) })),
                userID: 1, productID: product, type: .view, session: session,
                time: Timestamp(microseconds: Int64(index) * 1_000_000))
        }
        _ = try await graph.apply(InteractionBatch(events))
        if notes { changes.add(events) }
    }

    private func learned() async throws -> [Int64] { try await profiles.learnedProducts(after: 0, limit: 100) }

    @Test("the first round goes through all products, the next ones through those of changed sessions")
    func rounds() async throws {
        var learner = learner()
        try await write([1, 2], session: "a", notes: false)
        try await learner.round(at: start) { _ in true }
        #expect(try await learned() == [1, 2])
        try await learner.round(at: start + .seconds(1)) { _ in true }
        try await write([3, 4], session: "b")
        try await write([5, 6], session: "c", notes: false)
        try await learner.round(at: start + .seconds(2)) { _ in true }
        #expect(try await learned() == [1, 2, 3, 4])
        #expect(reports.all.count == 2)
        #expect(reports.all.last == .learned(products: 2, changed: 2))
    }

    @Test("a day later, and after more changes than are kept, all products are gone through")
    func all() async throws {
        var learner = learner()
        try await learner.round(at: start) { _ in true }
        try await write([1, 2], session: "a", notes: false)
        try await learner.round(at: start + .seconds(86_400)) { _ in true }
        #expect(try await learned() == [1, 2])
        try await write([3, 4], session: "b", notes: false)
        for session in ["c", "d", "e", "f"] { try await write([7], session: session) }
        try await learner.round(at: start + .seconds(86_401)) { _ in true }
        #expect(try await learned() == [1, 2, 3, 4])
    }

    @Test("what a failed round has missed, the next one makes up for")
    func failure() async throws {
        var learner = learner()
        try await learner.round(at: start) { _ in true }
        try await write([1, 2], session: "a")
        graph.fail(with: [StoreError(.unavailable, "away")])
        await #expect(throws: StoreError.self) { try await learner.round(at: start + .seconds(1)) { _ in true } }
        try await learner.round(at: start + .seconds(2)) { _ in true }
        #expect(try await learned() == [1, 2])
    }

    @Test("a round that is ended in the middle begins anew")
    func ended() async throws {
        var learner = learner()
        try await write([1, 2], session: "a")
        try await learner.round(at: start) { _ in false }
        #expect(reports.all.isEmpty)
        try await write([3, 4], session: "b", notes: false)
        try await learner.round(at: start + .seconds(1)) { _ in true }
        #expect(try await learned() == [1, 2, 3, 4])
    }

    @Test("removals from a cart change no session")
    func removals() {
        var event = Event(
            id: EventID(high: 1, low: 1), userID: 1, productID: 1, type: .removeFromCart, session: "a",
            time: Timestamp(microseconds: 0))
        changes.add([event])
        #expect(changes.take() == [])
        event.type = .cart
        changes.add([event])
        #expect(changes.take() == ["a"])
    }
}
