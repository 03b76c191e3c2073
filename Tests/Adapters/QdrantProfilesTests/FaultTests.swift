import Events
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("A server with faults") struct FaultTests {
        /// Where requests fail: everywhere, at the interactions, at the profiles, while reading.
        static let places = [
            "", "interactions/points\\\\?", "user_profiles/points/batch", "query/batch", "facet|points/count",
        ]
        static let kinds = [
            #""mode":"drop""#, #""mode":"drop_after_apply""#, #""mode":"status","status":503"#,
            #""mode":"status","status":408"#, #""mode":"status","status":429,"retry_after":0"#,
            #""mode":"status","status":507"#, #""mode":"wait_timeout""#, #""mode":"partial""#,
            #""mode":"latency","ms":100"#,
        ]

        @Test("nothing is lost or counted twice, however often a batch has to be repeated", arguments: kinds, places)
        func faults(_ kind: String, _ place: String) async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 31)
            let events = shop.events(40)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(Array(events[..<5])))
            // More than the client repeats by itself.
            try await server.faults("[{\(kind),\"path\":\"\(place)\",\"next\":9}]")
            var applied: AppliedBatch?
            var failures = 0
            while applied == nil {
                do throws(StoreError) {
                    applied = try await store.apply(InteractionBatch(events))
                } catch {
                    failures += 1
                    #expect(error.code == .unavailable || error.code == .transient, "\(error)")
                    try #require(failures < 20)
                }
            }
            try await server.faults("[]")
            let counts = try #require(applied)
            #expect(counts.inserted + counts.alreadyPresent == events.count && counts.conflicts.isEmpty)
            if failures == 0 { #expect(counts.inserted == 35, "the client's own repeats are no others' writes") }
            #expect(
                try await store.statistics()
                    == ProfileStatistics(profiles: Set(events.map(\.userID)).count, vectors: events.count))
            for user in Set(events.map(\.userID)) {
                let own = events.filter { $0.userID == user }
                let expected = ProfileFormula().profile(
                    of: user, newest: own.map { ProfileFormula.Interaction(of: $0) },
                    counts: Dictionary(own.map { ($0.type, 1) }, uniquingKeysWith: +)
                ) { StandInVector.make($0, dimension: 64) }
                #expect(try await store.profile(of: user) == expected)
            }
            await store.close()
        }

        @Test("a server that is killed and started again goes on, with new collections where it lost its data")
        func restart() async throws {
            let node = try await QdrantNode.start()
            let server = TestServer(node.addresses)
            var shop = ShopEvents(seed: 32)
            let events = shop.events(200)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(Array(events[..<100])))
            try await node.kill()
            let error = await #expect(throws: StoreError.self) {
                try await store.apply(InteractionBatch(Array(events[100...])))
            }
            #expect(error?.code == .unavailable)
            try await node.start()
            #expect(try await store.apply(InteractionBatch(events)).alreadyPresent >= 100)
            #expect(try await store.statistics().vectors == 200)
            for name in try await server.driver.send(.collections) {
                _ = try await server.driver.send(.deleteCollection(name))
            }
            let gone = await #expect(throws: StoreError.self) { try await store.apply(InteractionBatch(events)) }
            #expect(gone?.code == .unavailable)
            #expect(try await store.apply(InteractionBatch(events)).inserted == 200)
            await store.close()
        }
    }
}
