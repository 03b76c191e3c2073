import Events
import HTTPMessages
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("The collections that the adapter needs") struct QdrantSchemaTests {
        private func event(_ number: UInt64) -> Event {
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 2, type: .view, session: "s",
                time: Timestamp(microseconds: 1_767_225_600_000_000))
        }

        @Test("are made at the first write with their indexes, and told; reading makes none")
        func made() async throws {
            let server = try await QdrantServerTests.emptyServer()
            let notices = Recorder<QdrantNotice>()
            let store = try server.store { notices.append($0) }
            #expect(try await store.statistics() == ProfileStatistics(profiles: 0, vectors: 0))
            #expect(try await store.profile(of: 1) == nil)
            try await store.checkWriting()
            #expect(try await server.driver.send(.collections) == [])
            _ = try await store.apply(InteractionBatch([event(1)]))
            let names = try await server.driver.send(.collections)
            #expect(Set(names) == ["interactions", "user_profiles_1", "learned_products", "debias_settings"])
            let interactions = try await server.driver.send(.collection("interactions"))
            #expect(
                interactions.indexes == [
                    "user_id": "integer", "product_id": "integer", "event_type": "keyword", "event_time": "datetime",
                    "stand_in": "bool", "received_at": "datetime",
                ])
            let profiles = try await server.driver.send(.collection("user_profiles"))
            #expect(
                profiles.indexes == [
                    "erased_until": "integer", "epoch": "integer", "interactions": "integer", "digest": "integer",
                ])
            #expect(profiles.vectors?.size == 64 && profiles.vectors?.distance == .cosine)
            #expect(notices.entries.count == 4)
            try await store.checkWriting()
            #expect(try await store.statistics() == ProfileStatistics(profiles: 1, vectors: 1))
            await store.close()
        }

        @Test("what was learned with another size of vectors is dropped, as it is learned anew")
        func learnedOfAnotherSize() async throws {
            let server = try await QdrantServerTests.emptyServer()
            _ = try await server.driver.send(.createCollection("learned_products", QdrantCollection(size: 3)))
            let store = try server.store()
            #expect(try await store.learned([1]) == [:])
            let product = LearnedProduct(productID: 1, vector: [1] + Array(repeating: 0, count: 63), sessions: 2)
            try await store.putLearned([product], removing: [])
            #expect(try await store.learned([1]) == [1: product])
            #expect(try await server.driver.send(.collection("learned_products")).vectors?.size == 64)
            await store.close()
        }

        @Test("an index that is missing is made")
        func missingIndex() async throws {
            let server = try await QdrantServerTests.emptyServer()
            _ = try await server.driver.send(.createCollection("interactions", QdrantCollection(size: 64)))
            let store = try server.store()
            _ = try await store.apply(InteractionBatch([event(1)]))
            #expect(try await server.driver.send(.collection("interactions")).indexes.count == 6)
            await store.close()
        }

        @Test("the shop's catalogue decides how large vectors are, and its vectors are used, whatever its distance")
        func catalogue() async throws {
            let server = try await QdrantServerTests.emptyServer()
            _ = try await server.driver.send(
                .createCollection("products", QdrantCollection(size: 2, distance: .euclid)))
            let points = try QdrantPoints([QdrantPoint(2, vector: [3, 4], payload: ["name": .string("pan")])])
            _ = try await server.driver.send(.update(.upsert(points), in: "products"))
            let store = try server.store()
            _ = try await store.apply(InteractionBatch([event(1)]))
            let vector = try #require(try await store.profile(of: 1)).vector
            #expect(zip(vector, [0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 } && vector.count == 2)
            let payload = try #require(try await server.payloads("interactions").values.first)
            #expect(payload["stand_in"] == nil)
            try await store.putCatalogue([2: [1, 0], 3: [0, 1]])
            let product = try #require(try await server.driver.send(.points([2], in: "products", with: .all)).first)
            #expect(try product.payload?.fields() == ["name": .string("pan")], "what the shop knows of it stays")
            #expect(product.vector == [1, 0])
            #expect(try await store.rebuild(userID: 1) == 1)
            #expect(try await store.profile(of: 1)?.vector == [1, 0])
            await store.close()
        }

        @Test(
            "a catalogue without vectors, or whose vectors have names, is not used, and the reason says so",
            arguments: [
                (#"{"size":4,"distance":"Cosine"}"#, nil), (#"{"a":{"size":4,"distance":"Cosine"}}"#, "names"),
                ("{}", "no vectors"),
            ])
        func otherCatalogues(_ vectors: String, _ told: String?) throws {
            let body = """
                {"result":{"status":"green","config":{"params":{"vectors":\(vectors)}},"payload_schema":{}},"status":"ok"}
                """
            let info = try QdrantRequest.collection("products").decode(.ok, Array(body.utf8))
            let reason = QdrantSchema.reasonAgainst(catalogue: info)
            #expect((reason == nil) == (told == nil))
            if let told { #expect(reason?.contains(told) == true) }
            #expect((info.vectors == nil) == (told != nil))
        }

        @Test(
            "a collection of another size, distance or index is an error that names the way out, and nothing is written",
            arguments: [
                (QdrantCollection(size: 32), nil, "--vector-size 32"),
                (QdrantCollection(size: 64, distance: .dot), nil, "Dot"),
                (QdrantCollection(size: 64), QdrantIndex.keyword, "index/user_id"),
            ])
        func others(_ collection: QdrantCollection, _ index: QdrantIndex?, _ told: String) async throws {
            let server = try await QdrantServerTests.emptyServer()
            _ = try await server.driver.send(.createCollection("interactions", collection))
            if let index { _ = try await server.driver.send(.createIndex(of: "user_id", index, in: "interactions")) }
            let store = try server.store()
            let error = await #expect(throws: StoreError.self) {
                _ = try await store.apply(InteractionBatch([event(1)]))
            }
            #expect(
                error?.code == .unavailable && error?.message.contains(told) == true, "\(String(describing: error))")
            #expect(try await server.driver.send(.count(in: "interactions")) == 0)
            await store.close()
        }

        @Test("several stores that write at once into an empty server make each collection once")
        func atOnce() async throws {
            let server = try await QdrantServerTests.emptyServer()
            let stores = try (0..<4).map { _ in try server.store() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, store) in stores.enumerated() {
                    group.addTask { _ = try await store.apply(InteractionBatch([event(UInt64(number))])) }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[0].profile(of: 1)?.interactions == 4)
            #expect(try await server.driver.send(.collections).count == 4)
            for store in stores { await store.close() }
        }

        @Test(
            "a server before 1.17 is refused with the way out",
            arguments: [
                ("1.16.3", true), ("1.9.7", true), ("0.11.0", true), ("x", true), ("1.17.0", false), ("1.18.3", false),
                ("2.0.0-dev", false),
            ])
        func version(_ version: String, _ isRefused: Bool) {
            let refusal = QdrantSchema.refusal(ofVersion: version)
            #expect((refusal != nil) == isRefused)
            #expect(refusal.map { $0.code == .unavailable && $0.message.contains("upgrade") } ?? true)
        }
    }
}
