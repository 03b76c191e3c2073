import Events
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("Rebuilding profiles on a server") struct ProfileRebuildTests {
        @Test("all profiles go into a new collection, which takes the old one's place and name")
        func all() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 21)
            let events = shop.events(150, users: 30)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(events))
            let expected = try await server.payloads("user_profiles")
            // A profile that was damaged, and one of a user without interactions.
            _ = try await server.driver.send(
                .update(.setPayload(["counts": .object([:])], .ids([3])), in: "user_profiles"))
            let stray = try QdrantPoints([QdrantPoint(999, vector: Array(repeating: 1, count: 64))])
            _ = try await server.driver.send(.update(.upsert(stray), in: "user_profiles"))
            // What an interrupted rebuild has left.
            _ = try await server.driver.send(.createCollection("user_profiles_2", QdrantCollection(size: 3)))
            for number in 2...3 {
                #expect(try await store.rebuild(userID: nil) == expected.count)
                #expect(try await server.payloads("user_profiles") == expected)
                let collections = Set(try await server.driver.send(.collections))
                #expect(
                    collections == [
                        "interactions", "user_profiles_\(number)", "learned_products", "debias_settings",
                    ])
            }
            await store.close()
        }

        @Test("what others write while all profiles are rebuilt is not lost")
        func meanwhile() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 22)
            let events = shop.events(600, users: 60)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(Array(events[..<300])))
            let other = try server.store()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for start in stride(from: 300, to: 600, by: 10) {
                        _ = try await other.apply(InteractionBatch(Array(events[start..<start + 10])))
                    }
                }
                group.addTask { for _ in 0..<3 { _ = try await store.rebuild(userID: nil) } }
                try await group.waitForAll()
            }
            for user in Set(events.map(\.userID)) {
                let count = events.filter { $0.userID == user }.count
                #expect(try await store.profile(of: user)?.interactions == count, "user \(user)")
            }
            await store.close()
            await other.close()
        }

        @Test("one user's profile is computed anew, and goes where there are no interactions")
        func one() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 23)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(shop.events(20, users: 2)))
            let expected = try #require(try await store.profile(of: 1))
            _ = try await server.driver.send(
                .update(.setPayload(["recent_products": .array([])], .ids([1])), in: "user_profiles"))
            #expect(try await store.rebuild(userID: 1) == 1)
            #expect(try await store.profile(of: 1) == expected)
            let stray = try QdrantPoints([QdrantPoint(999, vector: Array(repeating: 1, count: 64))])
            _ = try await server.driver.send(.update(.upsert(stray), in: "user_profiles"))
            #expect(try await store.rebuild(userID: 999) == 0)
            #expect(try await server.driver.send(.count(in: "user_profiles")) == 2)
            await store.close()
        }

        @Test("a collection of the name user_profiles, which is no alias, is an error that names the way out")
        func noAlias() async throws {
            let server = try await QdrantServerTests.emptyServer()
            _ = try await server.driver.send(.createCollection("user_profiles", QdrantCollection(size: 64)))
            var shop = ShopEvents(seed: 24)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(shop.events(3)))
            let error = await #expect(throws: StoreError.self) { try await store.rebuild(userID: nil) }
            #expect(error?.message.contains("alias") == true)
            await store.close()
        }
    }
}
