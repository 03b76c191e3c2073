import Embedded
import Events
import Stores
import TestSupport
import Testing

@Suite("The features of products in the embedded profiles")
struct ProductFeaturesTests {
    private func event(_ number: Int64, product: Int64 = 1, at time: Int64, brand: String?) -> Event {
        Event(
            id: EventID(high: 1, low: UInt64(number)), userID: number, productID: product, type: .view, session: "s",
            time: Timestamp(microseconds: time), brand: brand)
    }

    @Test("a stand-in is made of what the newest event says, of two at once the one with the greater id, in any order")
    func newestDecides() async throws {
        let events = [
            event(1, at: 10, brand: "a"), event(2, at: 30, brand: "b"), event(4, at: 30, brand: nil),
            event(3, at: 30, brand: "c"), event(5, at: 20, brand: "d"),
        ]
        let expected = StandInVector.make(ProductFeatures(productID: 1), dimension: 64)
        var generator = SeededGenerator(seed: 31)
        for isOneByOne in [true, false] {
            for _ in 0..<5 {
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
