import BoltClient
import BoltWire
import Events
import JSON
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("Writing what the server refuses") struct GraphWritingTests {
        private func batch(_ prices: Double?..., user: Int) -> InteractionBatch {
            InteractionBatch(
                prices.indices.map { index in
                    var event = Shop.Interaction(user: user, product: index + 1, type: .view, second: user).event
                    event.price = prices[index]
                    return event
                })
        }

        @Test("an event that breaks a constraint of the shop's own is rejected, and beside others found by halving")
        func ownConstraint() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.run("CREATE CONSTRAINT shop_price FOR ()-[r:INTERACTED]-() REQUIRE r.price IS UNIQUE")
            try await node.withStore { store async throws in
                let (first, bad, good) = (batch(5, user: 1), batch(5, user: 2), batch(6, user: 3))
                let mixed = batch(5, 7, 8, user: 2)
                #expect(try await store.apply(first).inserted == 1)
                let beside = await #expect(throws: StoreError.self) { try await store.apply(mixed) }
                #expect(beside?.code == .transient || beside?.code == .rejected)
                #expect(try await node.number("MATCH ()-[r:INTERACTED]->() RETURN count(r)") == 1)
                let alone = await #expect(throws: StoreError.self) { try await store.apply(bad) }
                #expect(alone?.code == .rejected, "\(alone?.message ?? "")")
                #expect(try await store.apply(good).inserted == 1)
            }
        }

        @Test("events that come again are counted as present, whichever part of a batch they are; others are written")
        func repeats() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let events = (0..<40).map { number in
                Shop.Interaction(
                    user: number % 3 + 1, product: number % 7 + 1, type: .view, second: number,
                    session: "s\(number % 5)"
                ).event
            }
            try await node.withStore { store async throws in
                // The batches after the first are refused, or looked through before, as the one before each of them had
                // repeats or had none.
                for range in [0..<10, 5..<15, 12..<20, 20..<30, 0..<30, 30..<35, 0..<40] {
                    let before = try await node.number("MATCH ()-[r:INTERACTED]->() RETURN count(r)") ?? 0
                    let applied = try await store.apply(InteractionBatch(Array(events[range])))
                    let new = max(0, range.upperBound - before)
                    #expect(applied == AppliedBatch(inserted: new, alreadyPresent: range.count - new), "\(range)")
                }
                let reference = CoViewReference(events)
                let query = CoViewQuery(products: Array(1...7), includesCategories: true)
                #expect(try await store.coViews(query) == reference.coViews(query))
            }
        }

        @Test(
            "an event that is too large for an index of the shop's own is rejected",
            .enabled(if: Neo4j.isReal, "needs Neo4j: ArcadeDB bounds no key of an index"))
        func tooLargeForAnIndex() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.run("CREATE INDEX shop_extras FOR ()-[r:INTERACTED]-() ON (r.properties)")
            try await node.run("CALL db.awaitIndexes(60)")
            try await node.withStore { store async throws in
                var event = Shop.Interaction(user: 1, product: 1, type: .view, second: 0).event
                event.properties = .object(["note": .string(String(repeating: "x", count: 12_000))])
                let (large, good) = (InteractionBatch([event]), batch(nil, user: 2))
                let error = await #expect(throws: StoreError.self) { try await store.apply(large) }
                #expect(error?.code == .rejected, "\(error?.message ?? "")")
                #expect(try await store.apply(good).inserted == 1)
            }
        }
    }
}
