import Events
import HTTPMessages
import JSON
import QdrantClient
import Stores
import TestSupport
import Testing

@testable import QdrantProfiles

extension QdrantServerTests {
    @Suite("Users of whom everything is known") struct ProfileGrowthTests {
        static let formula = ProfileFormula(window: 20, halfLife: 30, recentProducts: 4)

        private func expect(_ events: [Event], _ store: QdrantProfileStore, _ comment: Comment? = nil) async throws {
            for (user, own) in Dictionary(grouping: events, by: \.userID) {
                let expected = Self.formula.profile(
                    of: user, newest: own.map { ProfileFormula.Interaction(of: $0) },
                    counts: Dictionary(own.map { ($0.type, 1) }, uniquingKeysWith: +)
                ) { StandInVector.make($0, dimension: 64) }
                #expect(try await store.profile(of: user) == expected, comment)
            }
        }

        @Test("a store that has met all of a user's events reads none of them again, and writes the same profiles")
        func readsNothing() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 61)
            let events = shop.events(300, users: 5)
            let store = try server.store(Self.formula)
            _ = try await store.apply(InteractionBatch(Array(events[..<20])))
            // The only way to a user's interactions.
            try await server.faults(#"[{"mode":"status","status":503,"path":"query/batch"}]"#)
            for start in stride(from: 20, to: 300, by: 40) {
                let batch = InteractionBatch(Array(events[start..<start + 40]))
                #expect(try await store.apply(batch).inserted == 40)
            }
            try await expect(events, store)
            try await server.faults("[]")
            await store.close()
        }

        @Test("what another store has written meanwhile counts, known or not")
        func others() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 62)
            let events = shop.events(60, users: 2)
            let stores = [try server.store(Self.formula), try server.store(Self.formula)]
            for (number, start) in stride(from: 0, to: 60, by: 4).enumerated() {
                // Twice each, so that a store knows the users at times and does not at others.
                _ = try await stores[number / 2 % 2].apply(InteractionBatch(Array(events[start..<start + 4])))
                try await expect(Array(events[..<(start + 4)]), stores[0], "after \(start + 4)")
            }
            for store in stores { await store.close() }
        }

        @Test("an event that is older than all that count is not lost where two stores have one each at the same time")
        func oldEvents() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 63)
            let recent = shop.events(25, users: 1)
            var old = shop.events(12, users: 1)
            for index in old.indices { old[index].time.microseconds -= 86_400_000_000 }
            let stores = [try server.store(Self.formula), try server.store(Self.formula)]
            _ = try await stores[0].apply(InteractionBatch(recent))
            for start in stride(from: 0, to: 12, by: 2) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (store, event) in zip(stores, old[start..<start + 2]) {
                        group.addTask { _ = try await store.apply(InteractionBatch([event])) }
                    }
                    try await group.waitForAll()
                }
                try await expect(recent + old[..<(start + 2)], stores[0], "after \(start + 2)")
            }
            for store in stores { await store.close() }
        }

        @Test("several stores with several batches at once, of shares that overlap", arguments: [64, 65] as [UInt64])
        func shares(_ seed: UInt64) async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: seed)
            let events = shop.events(400, users: 12)
            let shares = (0..<6).map { number in
                shop.batches(events.indices.filter { $0 % 6 == number || $0 % 35 == 0 }.map { events[$0] })
            }
            let stores = [try server.store(Self.formula), try server.store(Self.formula)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, batches) in shares.enumerated() {
                    group.addTask {
                        for batch in batches { _ = try await stores[number % 2].apply(InteractionBatch(batch)) }
                    }
                }
                try await group.waitForAll()
            }
            try await expect(events, stores[0])
            #expect(try await stores[0].statistics() == ProfileStatistics(profiles: 12, vectors: 400))
            for store in stores { await store.close() }
        }

        @Test("a stored profile that is later than the known one is not replaced by a lesser one")
        func laterProfile() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 66)
            let events = shop.events(9, users: 1)
            let store = try server.store(Self.formula)
            _ = try await store.apply(InteractionBatch(Array(events[..<4])))
            let known = try #require(
                try await server.driver.send(
                    .points([1], in: QdrantLayout.profiles, with: ProfileOrder.keys)
                ).first.map { ProfileOrder($0) })
            var later = known
            (later.interactions, later.digest) = (known.interactions + 4, known.digest ^ 1 << 20)
            let profile = Profile(
                userID: 1, vector: Array(repeating: 0, count: 64), counts: [:],
                lastEventTime: Timestamp(microseconds: 0), recentProducts: [])
            var points = QdrantPoints()
            try OrderedProfile(profile: profile, order: later).write(to: &points)
            _ = try await server.driver.send(.update(.upsert(points), in: QdrantLayout.profiles))
            _ = try await store.apply(InteractionBatch([events[4]]))
            #expect(try await store.profile(of: 1) == profile, "5 interactions are less than 8")
            _ = try await store.apply(InteractionBatch(Array(events[5...])))
            try await expect(events, store)
            await store.close()
        }

        @Test("a user who is erased while an event is being written, and acts as often as before, has what came after")
        func erasedMeanwhile() async throws {
            let server = try await QdrantServerTests.emptyServer()
            var shop = ShopEvents(seed: 67)
            let events = shop.events(11, users: 1)
            let (before, after) = (Array(events[..<5]), Array(events[5..<10]))
            let erasure = try #require(events.map(\.time).max())
            func received(_ events: [Event], _ seconds: Int64) -> [Event] {
                events.map { event in
                    var event = event
                    event.receivedAt = Timestamp(microseconds: erasure.microseconds + seconds * 1_000_000)
                    return event
                }
            }
            let (store, other) = (try server.store(Self.formula), try server.store(Self.formula))
            _ = try await store.apply(InteractionBatch(received(before, -1)))
            // The count waits until the user has as many interactions as it is to find.
            try await server.faults(#"[{"mode":"latency","ms":3000,"path":"interactions/points/count","next":1}]"#)
            let last = received([events[10]], 2)
            async let applied = store.apply(InteractionBatch(last))
            while try await server.injected("latency") == 0 { await Task.yield() }
            _ = try await other.erase(userID: 1, receivedUntil: erasure)
            let later = received(after, 1)
            _ = try await other.apply(InteractionBatch(later))
            #expect(try await applied.inserted == 1)
            try await expect(later + last, store)
            for store in [store, other] { await store.close() }
        }
    }
}

extension TestServer {
    /// How many faults of a kind the test server has made.
    fileprivate func injected(_ mode: String) async throws -> Int {
        let answer = try await driver.send(.other(.get, ["_faults"]))
        guard case .object(let members) = answer, case .object(let counts) = members["injected"],
            case .integer(let count) = counts[mode]
        else { return 0 }
        return Int(count)
    }
}
