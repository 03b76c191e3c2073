import Events
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("Interactions on a server") struct InteractionWritingTests {
        @Test("a point that has lost its payload is written again")
        func damaged() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 51)
            let events = shop.events(10)
            let store = try server.store()
            _ = try await store.apply(InteractionBatch(events))
            let whole = try await server.payloads("interactions")
            _ = try await server.driver.send(
                .update(.clearPayload(.ids([events[3].id.point])), in: "interactions"))
            let again = try await store.apply(InteractionBatch(events))
            #expect(again == AppliedBatch(inserted: 1, alreadyPresent: 9))
            var found = try await server.payloads("interactions")
            found[events[3].id.point]?["write_id"] = whole[events[3].id.point]?["write_id"]
            #expect(found == whole)
            await store.close()
        }

        @Test("times are written in one form, to the microsecond, before and after 1970 as well")
        func times() {
            for (microseconds, text) in [
                (1_769_767_200_000_000, "2026-01-30T10:00:00.000000Z"),
                (1_769_767_200_000_010, "2026-01-30T10:00:00.000010Z"), (-1, "1969-12-31T23:59:59.999999Z"),
                (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            ] as [(Int64, String)] {
                let time = Timestamp(microseconds: microseconds)
                #expect(time.payloadText == text)
                #expect((try? Timestamp(text)) == time)
            }
        }

        @Test("a time that Qdrant cannot hold is the event's fault")
        func impossibleTime() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 52)
            var event = shop.events(1)[0]
            event.time = Timestamp(microseconds: .max)
            let store = try server.store()
            let error = await #expect(throws: StoreError.self) { try await store.apply(InteractionBatch([event])) }
            #expect(error?.code == .rejected && error?.eventID == event.id)
            await store.close()
        }

        @Test("a batch of many points with long texts goes in several requests")
        func largeBatch() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 53)
            var events = shop.events(700, users: 300)
            for index in events.indices.prefix(400) {
                events[index].properties = .object(["text": .string(String(repeating: "ä", count: 8_000))])
            }
            let store = try server.store()
            #expect(try await store.apply(InteractionBatch(events)).inserted == 700)
            #expect(try await store.apply(InteractionBatch(events)).alreadyPresent == 700)
            #expect(try await store.statistics().profiles == Set(events.map(\.userID)).count)
            await store.close()
        }
    }
}
