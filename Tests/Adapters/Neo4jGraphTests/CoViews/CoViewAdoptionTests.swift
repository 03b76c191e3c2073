import BoltClient
import BoltWire
import Events
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("Co-views of a graph that was there before") struct CoViewAdoptionTests {
        /// Interactions at times that differ: those of others have no ids by which equal times are ordered.
        private func interactions(_ seconds: Range<Int>, seed: UInt64) -> [Shop.Interaction] {
            var random = SeededGenerator(seed: seed)
            return seconds.map { second in
                Shop.Interaction(
                    user: Int.random(in: 1...4, using: &random), product: Int.random(in: 1...9, using: &random),
                    type: EventType.allCases.randomElement(using: &random) ?? .view, second: second,
                    session: "session-\(second / 5)")
            }
        }

        private func check(_ store: Neo4jGraphStore, _ interactions: [Shop.Interaction]) async throws {
            let reference = CoViewReference(interactions.map(\.event))
            let query = CoViewQuery(products: Array(1...10), includesCategories: true)
            #expect(try await store.coViews(query) == reference.coViews(query))
            #expect(
                try await store.mostVisited(excluding: [3], limit: 9) == reference.mostVisited(excluding: [3], limit: 9)
            )
            for user in Int64(1)...5 {
                #expect(try await store.context(of: user, limit: 4) == reference.context(of: user, limit: 4))
            }
        }

        @Test("interactions of others take part once they are adopted, beside events of the same sessions and products")
        func takesPart() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            let all = interactions(0..<120, seed: 3)
            try await shop.work(Array(all[..<40]))
            try await node.withStore { store async throws in
                let events = all[40..<80].map(\.event)
                _ = try await store.apply(InteractionBatch(events))
                try await check(store, Array(all[40..<80]))
                #expect(try await store.adopt { _ in }.adopted == 40)
                try await check(store, Array(all[..<80]))
                // Both go on.
                try await shop.work(Array(all[80..<100]))
                _ = try await store.apply(InteractionBatch(all[100...].map(\.event)))
                try await check(store, Array(all[..<80] + all[100...]))
                #expect(try await store.adopt { _ in }.adopted == 20)
                try await check(store, all)
                #expect(try await store.erase(userID: 2, receivedUntil: .now) == all.filter { $0.user == 2 }.count)
                try await check(store, all.filter { $0.user != 2 })
            }
        }

        @Test("events that an earlier version has written are counted by adopting, in steps, and stay so")
        func counts() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let events = interactions(0..<300, seed: 4).map { interaction in
                var event = interaction.event
                event.categoryCode = [nil, "shoes", "hats"][interaction.second % 3]
                return event
            }
            let reference = CoViewReference(events)
            let query = CoViewQuery(products: Array(1...9), includesCategories: true)
            try await node.withStore { store async throws in
                _ = try await store.apply(InteractionBatch(events))
                try await node.write("MATCH (p:Product) REMOVE p.sessions, p.category, p.brand")
                // What the shop's own code has changed, too.
                try await node.write("MATCH (p:Product) WHERE p.product_id < 5 SET p.sessions = 77, p.category = 'x'")
                var steps = 0
                try await ProductCounting(reading: store.reading, step: 4).run { steps += 1 }
                #expect(steps == 3, "nine products by four")
                #expect(try await store.coViews(query) == reference.coViews(query))
                #expect(try await store.adopt { _ in } == AdoptionProgress())
                #expect(try await store.coViews(query) == reference.coViews(query))
            }
        }
    }
}
