import Events
import Stores
import TestSupport

extension ProfileConformanceCase {
    static let learned = [
        ProfileConformanceCase("signatures are the catalogue's vectors, and stand-ins made of the features for others")
        {
            _, store in
            var samples = Samples(seed: 30)
            let catalogue = samples.vectors([1, 2], dimension: formula.dimension)
            let features = [
                ProductFeatures(productID: 1, categoryCode: "shoes"),
                ProductFeatures(productID: 3, categoryCode: "shoes.red", brand: "acme"), ProductFeatures(productID: 4),
            ]
            let standIns = features.map { StandInVector.make($0, dimension: formula.dimension) }
            let before = try await store.signatures(of: features)
            try expect(before.keys.sorted(), [1, 3, 4], "products without a catalogue")
            try expectNear(before[1] ?? [], standIns[0], "a stand-in, as there is no catalogue")
            try await store.putCatalogue(catalogue)
            let after = try await store.signatures(of: features)
            try expectNear(after[1] ?? [], catalogue[1] ?? [], "the catalogue's vector")
            try expectNear(after[3] ?? [], standIns[1], "a stand-in for what the catalogue lacks")
            try expect(try await store.signatures(of: []), [:], "signatures of no products")
        },
        ProfileConformanceCase("what was learned is read back, replaced and removed, and listed by id") { _, store in
            var samples = Samples(seed: 31)
            let vectors = samples.vectors([3, 1, 5_000_000_000], dimension: formula.dimension)
            try expect(try await store.learned([1, 2]), [:], "learned in an empty store")
            try expect(try await store.learnedProducts(after: 0, limit: 5), [], "products of an empty store")
            let products = vectors.map { LearnedProduct(productID: $0, vector: $1, sessions: Int($0 % 100)) }
            try await store.putLearned(products, removing: [7])
            try await store.putLearned(products, removing: [])
            try await expectLearned([1, 3, 5_000_000_000], products, in: store)
            try expect(try await store.learnedProducts(after: 0, limit: 2), [1, 3], "the first two")
            try expect(try await store.learnedProducts(after: 3, limit: 2), [5_000_000_000], "those after 3")
            let other = LearnedProduct(productID: 3, vector: vectors[1] ?? [], sessions: 8)
            try await store.putLearned([other], removing: [1, 2])
            try await expectLearned([3, 5_000_000_000], [other] + products.filter { $0.productID > 3 }, in: store)
            try await expectRefusal("components") {
                try await store.putLearned(
                    [LearnedProduct(productID: 9, vector: [1, 0, 0], sessions: 1)], removing: [])
            }
        },
        ProfileConformanceCase("near products have their learned vectors, before the catalogue's and stand-ins") {
            _, store in
            var samples = Samples(seed: 32)
            let catalogue = samples.vectors([1, 2], dimension: formula.dimension)
            try await store.putCatalogue(catalogue)
            let events = (1...4).map { samples.event(user: 1, product: $0) }
            _ = try await store.apply(InteractionBatch(events))
            let vectors = samples.vectors([1, 3, 9], dimension: formula.dimension)
            let learned = vectors.map { LearnedProduct(productID: $0, vector: $1, sessions: Int($0) + 10) }
            try await store.putLearned(learned, removing: [])
            let target = vectors[3] ?? []
            let all = try await store.nearestProducts(to: target, excluding: [], limit: 50)
            try expect(all.first?.productID, 3, "the nearest, by what was learned of it")
            try expect(all.map(\.productID).sorted(), [1, 2, 3, 4, 9], "each product once")
            try expect(all.filter(\.isStandIn).map(\.productID), [4], "stand-ins")
            try expect(
                Dictionary(all.map { ($0.productID, $0.sessions) }, uniquingKeysWith: +),
                [1: 11, 2: 0, 3: 13, 4: 0, 9: 19],
                "sessions")
            for match in all {
                guard let vector = vectors[match.productID] ?? catalogue[match.productID] else { continue }
                try expectNear(match.vector, vector, "vector of product \(match.productID)")
            }
            let one = try await store.nearestProducts(to: target, excluding: [3], limit: 1)
            try expect(one.map(\.productID), [all[1].productID], "the nearest without the first")
            try await store.putLearned([], removing: [1, 3, 9])
            let before = try await store.nearestProducts(to: target, excluding: [], limit: 50)
            try expect(before.map(\.productID).sorted(), [1, 2, 3, 4], "without what was learned")
            try expect(Set(before.filter(\.isStandIn).map(\.productID)), [3, 4], "stand-ins without it")
        },
    ]

    private static func expectLearned(
        _ ids: Set<Int64>, _ products: [LearnedProduct], in store: any ProfileStore
    ) async throws {
        let found = try await store.learned(ids.union([1, 2, 3]))
        try expect(Set(found.keys), ids, "products of which something is known")
        for product in products {
            try expectNear(found[product.productID]?.vector ?? [], product.vector, "vector of \(product.productID)")
            try expect(found[product.productID]?.sessions, product.sessions, "sessions of \(product.productID)")
        }
    }
}
