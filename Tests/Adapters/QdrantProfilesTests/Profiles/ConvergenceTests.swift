import Events
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("Whatever the way, the same events lead to the same profiles") struct ConvergenceTests {
        static let formula = ProfileFormula(window: 20, halfLife: 30, recentProducts: 4)

        /// All profiles as they are stored.
        private func profiles(
            _ server: TestServer
        ) async throws -> (payloads: [QdrantPointID: [String: JSONValue]], vectors: [QdrantPointID: [Float]]) {
            let records = try await server.records("user_profiles")
            return (
                try await server.payloads("user_profiles"),
                Dictionary(records.map { ($0.id, $0.vector ?? []) }, uniquingKeysWith: { $1 })
            )
        }

        private func write(_ shares: [[[Event]]], _ server: TestServer) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batches in shares {
                    group.addTask {
                        let store = try server.store(Self.formula)
                        for batch in batches { _ = try await store.apply(InteractionBatch(batch)) }
                        await store.close()
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test("in any order, number and batches, by one store or by several at once", arguments: [1, 2, 3] as [UInt64])
        func order(_ seed: UInt64) async throws {
            var shop = ShopEvents(seed: seed)
            let events = shop.events(220)
            let server = try await QdrantServerTests.emptyServer()
            try await write([[events]], server)
            let expected = try await profiles(server)
            #expect(expected.payloads.count == 4)
            for writers in [1, 1, 3] {
                try await server.empty()
                // Each writer has all of the events.
                try await write((0..<writers).map { _ in shop.batches(events) }, server)
                let found = try await profiles(server)
                #expect(found.payloads == expected.payloads, "by \(writers) writers")
                for (id, vector) in expected.vectors {
                    let other = try #require(found.vectors[id])
                    #expect(zip(vector, other).allSatisfy { abs($0 - $1) < 1e-6 })
                }
            }
        }

        @Test("writers that have different halves of a user's events leave the profile of all, again and again")
        func halves() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 9)
            let events = shop.events(120, users: 2)
            var all: [Event] = []
            for start in stride(from: 0, to: 120, by: 12) {
                let part = Array(events[start..<start + 12])
                all += part
                try await write([[Array(part[..<6])], [Array(part[6...])]], server)
                let store = try server.store(Self.formula)
                for user in Set(all.map(\.userID)) {
                    let own = all.filter { $0.userID == user }
                    let expected = Self.formula.profile(
                        of: user, newest: own.map { ProfileFormula.Interaction(of: $0) },
                        counts: Dictionary(own.map { ($0.type, 1) }, uniquingKeysWith: +)
                    ) { StandInVector.make($0, dimension: 64) }
                    #expect(try await store.profile(of: user) == expected, "after \(all.count)")
                }
                await store.close()
            }
        }

        @Test("of many interactions at the moment where the window ends, those with the greatest ids count")
        func ties() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 10)
            var events = shop.events(90, users: 1, seconds: 0)
            events += shop.events(5, users: 1, seconds: 0).map { event in
                var later = event
                later.time.microseconds += 1
                return later
            }
            try await write([shop.batches(events)], server)
            let store = try server.store(Self.formula)
            let expected = Self.formula.profile(
                of: 1, newest: events.map { ProfileFormula.Interaction(of: $0) },
                counts: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +)
            ) { StandInVector.make($0, dimension: 64) }
            #expect(try await store.profile(of: 1) == expected)
            await store.close()
        }

        @Test("interactions that cancel each other out leave a profile without direction")
        func cancelled() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 11)
            var pair = shop.events(2, users: 1, products: 1, seconds: 0)
            (pair[0].type, pair[1].type) = (.view, .removeFromCart)
            let store = try server.store(Self.formula)
            _ = try await store.apply(InteractionBatch(pair))
            let profile = try #require(try await store.profile(of: 1))
            #expect(profile.vector == Array(repeating: 0, count: 64) && profile.interactions == 2)
            await store.close()
        }

        @Test(
            "a store that knows an older catalogue than the profile's writer learns of the new one, and its event is not left out"
        )
        func staleCatalogue() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 12)
            let events = shop.events(6, users: 1, products: 3)
            let (first, second) = (try server.store(Self.formula), try server.store(Self.formula))
            _ = try await first.apply(InteractionBatch(Array(events[..<2])))
            _ = try await second.apply(InteractionBatch(Array(events[2..<4])))
            var catalogue: [Int64: [Float]] = [:]
            for product in 1...3 as ClosedRange<Int64> {
                catalogue[product] = (0..<64).map { $0 == Int(product) ? 1 : 0 }
            }
            try await first.putCatalogue(catalogue)
            _ = try await first.apply(InteractionBatch([events[4]]))
            _ = try await second.apply(InteractionBatch([events[5]]))
            let expected = Self.formula.profile(
                of: 1, newest: events.map { ProfileFormula.Interaction(of: $0) },
                counts: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +)
            ) { catalogue[$0.productID] ?? [] }
            let found = try #require(try await first.profile(of: 1))
            #expect(found.counts == expected.counts)
            #expect(zip(found.vector, expected.vector).allSatisfy { abs($0 - $1) < 1e-6 })
            await first.close()
            await second.close()
        }
    }
}
