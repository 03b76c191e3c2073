import Events
import Testing

@testable import Recommending

@Suite("An evaluation") struct EvaluatorTests {
    /// Sixteen events before the split, four after it, of which two are questions.
    private var script: EventScript {
        var script = EventScript()
        for user in 10..<15 as Range<Int64> { script.add([1, 2, 3], user: user) }
        script.add([1], user: 20)
        // A question: 2 is new to the user, whose session has begun; then one that the user knows, and no question.
        script.add([2, 1], user: 20)
        // A session that begins is no question; what goes on in it is.
        script.add([1], user: 30)
        script.add([4], user: 30)
        return script
    }

    @Test("asks at each later event of a running session that is new to its user")
    func questions() async throws {
        let result = try await Evaluator().run(script.log)
        #expect(result.events == 20 && result.trainingEvents == 16)
        #expect(result.cases == 2 && result.sessions == 2)
        #expect(result.newProducts == 1, "product 4")
        #expect(result.catalogue == 3)
        let walk = try #require(result.methods[.walk])
        #expect(walk.recall.value == 0.5 && walk.reciprocalRank.value == 0.5)
        #expect(walk.weightedRecall.value == 1, "of product 4, nothing is known")
        #expect(walk.coverage == 2.0 / 3, "products 2 and 3")
    }

    @Test("learns what it asked for when it is live, and only then")
    func live() async throws {
        var script = script
        // 4 is touched after 1 once more, at the end.
        script.add([1, 4], user: 31)
        let options = EvaluationOptions(split: 0.74)
        let frozen = try await Evaluator(options: options).run(script.log)
        var live = options
        live.isLive = true
        let learning = try await Evaluator(options: live).run(script.log)
        #expect(frozen.trainingEvents == 16 && frozen.cases == 3 && learning.cases == 3)
        #expect(frozen.catalogue == 3 && learning.catalogue == 4)
        #expect(frozen.methods[.walk]?.recall.value == 1.0 / 3)
        #expect(learning.methods[.walk]?.recall.value == 2.0 / 3)
        #expect(learning.methods[.neighbours]?.recall.value == 2.0 / 3)
    }

    @Test("asks every how manieth question")
    func every() async throws {
        let result = try await Evaluator(options: EvaluationOptions(every: 2)).run(script.log)
        #expect(result.cases == 1)
        #expect(result.methods[.walk]?.recall.value == 1)
    }

    @Test("takes events in any order, and each once")
    func order() async throws {
        let events = script.events
        var result = try await Evaluator().run(EventLog(events.reversed() + events))
        var expected = try await Evaluator().run(script.log)
        result.time = .zero
        expected.time = .zero
        #expect(result == expected)
    }

    @Test("has figures of nothing where there is nothing to ask")
    func nothing() async throws {
        let result = try await Evaluator().run(EventLog())
        #expect(result.cases == 0 && result.methods.isEmpty && result.advantage == nil)
    }

    @Test("names more products, and more evenly, the more popularity is corrected for")
    func curve() async throws {
        var shop = RandomShop(seed: 5)
        let result = try await Evaluator(options: EvaluationOptions(split: 0.5, limit: 5, resamples: 100))
            .run(EventLog(shop.events(800)))
        #expect(result.cases > 50)
        let ginis = result.curve.prefix(4).map(\.gini)
        #expect(zip(ginis, ginis.dropFirst()).allSatisfy { $0 > $1 }, "\(ginis)")
        #expect(result.curve[1].recall.value == result.methods[.walk]?.recall.value)
        let advantage = try #require(result.advantage)
        #expect(advantage.interval?.contains(advantage.value) == true)
    }
}
