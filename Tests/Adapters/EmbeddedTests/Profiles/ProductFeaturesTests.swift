import Embedded
import Events
import Stores
import TestSupport
import Testing

@Suite("The features of products in the embedded profiles")
struct ProductFeaturesTests {
    private static let day: Int64 = 86_400_000_000

    private func event(
        _ number: Int64, product: Int64 = 1, at time: Int64, brand: String? = nil, category: String? = nil
    ) -> Event {
        Event(
            id: EventID(high: 1, low: UInt64(number)), userID: number, productID: product, type: .view, session: "s",
            time: Timestamp(microseconds: time), brand: brand, categoryCode: category)
    }

    /// The events of a product in ascending order of what they say of it.
    private var ascending: [Event] {
        [
            event(1, at: -1, brand: "z"), event(2, at: 0), event(3, at: 1, brand: ""), event(4, at: 2, brand: "b"),
            event(5, at: 3, brand: "ba"), event(6, at: 4, category: ""), event(7, at: 5, brand: "a", category: "c"),
            event(8, at: Self.day - 1, category: "é"), event(9, at: Self.day, brand: nil, category: "a"),
        ]
    }

    @Test("a stand-in is made of what is said on the product's last day, in any order of arrival", arguments: 1...9)
    func lastDayDecides(count: Int) async throws {
        let events = ascending.prefix(count)
        let last = try #require(events.last)
        let expected = StandInVector.make(ProductFeatures(of: last), dimension: 64)
        var generator = SeededGenerator(seed: 31)
        for isOneByOne in [true, false] {
            let directory = try TemporaryDirectory()
            let store = try await EmbeddedProfileStore.open(directory: directory.path)
            let shuffled = events.shuffled(using: &generator)
            for batch in isOneByOne ? shuffled.map({ [$0] }) : [shuffled] {
                _ = try await store.apply(InteractionBatch(batch))
            }
            let found = try await store.nearestProducts(to: expected, excluding: [], limit: 5)
            #expect(found.map(\.vector) == [expected])
            #expect(found.map(\.isStandIn) == [true])
            await store.close()
        }
    }

    @Test("what a process has not written itself it does not take for written")
    func twoProcesses() async throws {
        let directory = try TemporaryDirectory()
        let stores = [
            try await EmbeddedProfileStore.open(directory: directory.path),
            try await EmbeddedProfileStore.open(directory: directory.path),
        ]
        for (number, brand) in ["a", "b", "a", "c", "b"].enumerated() {
            _ = try await stores[number % 2].apply(
                InteractionBatch([event(Int64(number) + 1, at: Int64(number), brand: brand)]))
        }
        let expected = StandInVector.make(ProductFeatures(productID: 1, brand: "c"), dimension: 64)
        for store in stores {
            let found = try await store.nearestProducts(to: expected, excluding: [], limit: 5)
            #expect(found.map(\.vector) == [expected])
            await store.close()
        }
    }

    @Test("a vector of before another catalogue is refused, and the answer names the way out")
    func otherDimension() async throws {
        let directory = try TemporaryDirectory()
        let store = try await EmbeddedProfileStore.open(directory: directory.path)
        _ = try await store.apply(InteractionBatch([event(1, at: 1, brand: nil), event(2, at: 2, brand: nil)]))
        try await store.putCatalogue([7: [3, 4]])
        let before = try #require(try await store.profile(of: 1))
        await #expect {
            try await store.nearestProducts(to: before.vector, excluding: [], limit: 5)
        } throws: { error in
            "\(error)".contains("profile rebuild") && (error as? StoreError)?.code == .rejected
        }
        #expect(try await store.rebuild(userID: 1) == 1)
        let after = try #require(try await store.profile(of: 1))
        let found = try await store.nearestProducts(to: after.vector, excluding: [], limit: 5)
        #expect(Set(found.map(\.productID)) == [1, 7])
        #expect(found.first { $0.productID == 7 }?.vector == [0.6, 0.8])
        let profiles = try await store.nearest(to: after.vector, in: .userProfiles, limit: 5)
        #expect(profiles.map(\.point) == [.user(1)], "a profile of another size is left out")
        await store.close()
    }
}
