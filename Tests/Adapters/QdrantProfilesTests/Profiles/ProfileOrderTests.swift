import Events
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

@Suite("The order of profiles") struct ProfileOrderTests {
    private func interactions(_ ids: [UInt64]) -> [ProfileFormula.Interaction] {
        ids.map {
            ProfileFormula.Interaction(
                type: .view, time: Timestamp(microseconds: 0), id: EventID(high: 1, low: $0),
                features: ProductFeatures(productID: 1))
        }
    }

    private func order(
        _ newest: [ProfileFormula.Interaction], erasedUntil: Int64 = 0, epoch: Int64 = 1 << 40, fromCatalogue: Int = 0,
        older: Int = 0
    ) -> ProfileOrder {
        ProfileOrder(
            erasedUntil: erasedUntil, epoch: epoch, interactions: Int64(newest.count + older), newest: newest,
            fromCatalogue: fromCatalogue)
    }

    @Test("a digest depends on the ids and their order, grows with the catalogue, and a Double holds it")
    func digest() {
        var generator = SeededGenerator(seed: 5)
        var seen: Set<Int64> = []
        for _ in 0..<1_000 {
            let newest = interactions((0..<4).map { _ in generator.next() })
            let digest = order(newest).digest
            #expect((0..<1 << 52).contains(digest) && Int64(Double(digest)) == digest)
            seen.insert(digest)
            #expect(digest < order(newest, fromCatalogue: 1).digest)
            #expect(order(newest.reversed()).digest != digest)
            #expect(order(newest, fromCatalogue: 255).digest == order(newest, fromCatalogue: 300).digest)
        }
        #expect(seen.count == 1_000)
    }

    @Test("a digest alone tells any two orders apart: the condition of many profiles compares nothing else")
    func digestOfTheOrder() {
        let newest = interactions([1, 2])
        let orders = [
            order(newest), order(newest, older: 1), order(newest, epoch: 1 << 40 + 1), order(newest, erasedUntil: 1),
        ]
        #expect(Set(orders.map { $0.digest >> 8 }).count == orders.count)
    }

    @Test("the epoch tells the formula from the catalogue, and a Double holds it")
    func epoch() {
        var state = CatalogueState(layout: QdrantLayout(dimension: 4))
        let first = state.epoch
        state.catalogueEpoch = 7
        #expect(state.epoch == first + 7 && Int64(Double(state.epoch)) == state.epoch)
        #expect(state.isBehind(state.epoch + 1) && !state.isBehind(state.epoch) && !state.isBehind(first))
        #expect(!state.isBehind(2 << 40), "another formula's profiles are not to be overtaken")
        state.catalogueEpoch = .max
        #expect(state.epoch >> 40 == CatalogueState.formulaVersion)
    }
}

extension QdrantServerTests {
    @Suite struct ProfileConditionTests {
        @Test("of two profiles the later one stays, whichever is written first, by the server as by the adapter")
        func condition() async throws {
            let server = try await QdrantServerTests.emptyServer()
            let schema = QdrantSchema(QdrantServer(driver: server.driver), vectorSize: 2) { _ in }
            _ = try await schema.state()
            let numbers: [Int64] = [0, 1, 2, 1 << 40, 1 << 40 + 1, 1 << 52 - 2, 1 << 52 - 1]
            var generator = SeededGenerator(seed: 6)
            func order() -> ProfileOrder {
                func number() -> Int64 { numbers.randomElement(using: &generator) ?? 0 }
                let erased = Bool.random(using: &generator) ? 0 : number()
                return ProfileOrder(erasedUntil: erased, epoch: number(), interactions: number(), digest: number())
            }
            var stored = order()
            func write(_ order: ProfileOrder, _ mode: QdrantOperation.UpsertMode, orEqual: Bool) async throws {
                let profile = Profile(
                    userID: 9, vector: [1, 0], counts: [:], lastEventTime: Timestamp(microseconds: 0),
                    recentProducts: orEqual ? [1] : [])
                var points = QdrantPoints()
                try OrderedProfile(profile: profile, order: order).write(to: &points)
                let condition = mode == .updateOnly ? order.condition(orEqual: orEqual) : nil
                _ = try await server.driver.send(
                    .update(.upsert(points, mode: mode, condition: condition), in: QdrantLayout.profiles))
            }
            func read() async throws -> (order: ProfileOrder, isMarked: Bool) {
                let record = try #require(
                    try await server.driver.send(.points([9], in: QdrantLayout.profiles, with: .all)).first)
                return (ProfileOrder(record), Profile(record)?.recentProducts == [1])
            }
            try await write(stored, .insertOnly, orEqual: false)
            for round in 0..<200 {
                // Often one that differs in the last number alone.
                var next = round.isMultiple(of: 2) ? stored : order()
                if round % 4 == 2 { next.digest = numbers.randomElement(using: &generator) ?? 0 }
                try await write(next, .updateOnly, orEqual: false)
                let found = try await read()
                #expect(found.order == max(stored, next) && !found.isMarked, "\(next) after \(stored)")
                stored = found.order
            }
            try await write(stored, .updateOnly, orEqual: true)
            #expect(try await read().isMarked, "an equal one, where that is wanted")
        }
    }
}
