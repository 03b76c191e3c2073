import Events
import FoundationEssentials
import JSON
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("Qdrant's own client for Python") struct PythonClientTests {
        @Test("reads collections, points and payloads as they were written, and finds the same neighbours")
        func reads() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 41)
            var events = shop.events(80, users: 9)
            events[0].price = 0.1.nextUp
            events[0].quantity = 3
            events[0].categoryCode = "a.b"
            events[0].properties = .object(["a": .array([.integer(1), .null]), "b": .number(0.5)])
            events[1].properties = .object(["x": .number(0.1.nextUp)])
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(events))
            let process = try HelperProcess(
                path: "/usr/bin/env",
                [
                    "python3", Script.path("nodes/qdrant_driver.py"), "-c", Self.script, server.addresses.http,
                    server.addresses.apiKey ?? "",
                ])
            guard let line = await process.nextLine() else {
                throw ScriptFailure("the client for Python does not start")
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let seen = try decoder.decode(Seen.self, from: Data(line.utf8))
            #expect(seen.sizes == ["interactions": 64, "user_profiles": 64])
            #expect(seen.indexes == ["event_time", "event_type", "product_id", "received_at", "stand_in", "user_id"])
            #expect(seen.alias == "user_profiles_1")
            #expect(Set(seen.interactions.keys) == Set(events.map(\.id.description)))
            for event in events {
                let point = try #require(seen.interactions[event.id.description])
                #expect(point.userId == event.userID && point.productId == event.productID)
                #expect(point.eventType == event.type.rawValue && point.brand == event.brand)
                #expect(point.sessionId == event.session && point.quantity == event.quantity)
                #expect(point.price == event.price && point.categoryCode == event.categoryCode)
                #expect(point.microseconds == event.time.microseconds)
                #expect(point.weight == Int(ProfileFormula.weight(of: event.type)) && point.standIn == true)
            }
            #expect(seen.interactions[events[0].id.description]?.properties == #"{"a": [1, null], "b": 0.5}"#)
            #expect(
                seen.interactions[events[1].id.description]?.propertiesText == #"{"x":0.10000000000000002}"#)
            for user in Set(events.map(\.userID)) {
                let profile = try #require(try await store.profile(of: user))
                let point = try #require(seen.profiles["\(user)"])
                #expect(point.vector == profile.vector && point.recent == profile.recentProducts)
                #expect(point.counts == Dictionary(uniqueKeysWithValues: profile.counts.map { ($0.rawValue, $1) }))
                let own = try await store.nearest(to: profile.vector, in: .userProfiles, limit: 4)
                #expect(point.nearest == own.compactMap { if case .user(let id) = $0.point { id } else { nil } })
            }
            await store.close()
        }

        /// What the client prints.
        private struct Seen: Decodable {
            struct Interaction: Decodable {
                var userId, productId, microseconds: Int64
                var eventType, sessionId: String
                var brand, categoryCode, properties, propertiesText: String?
                var quantity: Int64?
                var price: Double?
                var weight: Int
                var standIn: Bool?
            }

            struct Profile: Decodable {
                var vector: [Float]
                var recent, nearest: [Int64]
                var counts: [String: Int]
            }

            var sizes: [String: Int]
            var indexes: [String]
            var alias: String
            var interactions: [String: Interaction]
            var profiles: [String: Profile]
        }

        private static let script = """
            import datetime, json, sys
            from qdrant_client import QdrantClient
            client = QdrantClient(url=sys.argv[1], api_key=sys.argv[2] or None, check_compatibility=False)
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            def points(name, **options):
                found, _ = client.scroll(name, limit=1000, with_payload=True, **options)
                return found
            def interaction(payload):
                time = datetime.datetime.fromisoformat(payload["event_time"])
                payload["microseconds"] = (time - epoch) // datetime.timedelta(microseconds=1)
                if "properties" in payload: payload["properties"] = json.dumps(payload["properties"], sort_keys=True)
                return payload
            def profile(point):
                found = client.query_points("user_profiles", query=point.vector, limit=4).points
                return {"vector": point.vector, "counts": point.payload["counts"],
                        "recent": point.payload["recent_products"], "nearest": [each.id for each in found]}
            print(json.dumps({
                "sizes": {name: client.get_collection(name).config.params.vectors.size
                          for name in ("interactions", "user_profiles")},
                "indexes": sorted(client.get_collection("interactions").payload_schema),
                "alias": {each.alias_name: each.collection_name for each in client.get_aliases().aliases}["user_profiles"],
                "interactions": {point.id: interaction(point.payload) for point in points("interactions")},
                "profiles": {str(point.id): profile(point) for point in points("user_profiles", with_vectors=True)},
            }), flush=True)
            """
    }
}
