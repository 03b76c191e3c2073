import Events
import Stores
import TestSupport

extension ProfileConformanceCase {
    static let products = [
        ProfileConformanceCase("vectors of the catalogue take the places of stand-ins in what is written afterwards") {
            _, store in
            var samples = Samples(seed: 20)
            let before = [samples.event(user: 1, product: 1), samples.event(user: 2, product: 1)]
            _ = try await store.apply(InteractionBatch(before))
            let catalogue = samples.vectors([1, 2], dimension: formula.dimension)
            // Longer ones would count more, if they were not stored with length one.
            try await store.putCatalogue(catalogue.mapValues { $0.map { 3 * $0 } })
            try expect(
                try await store.profile(of: 2), profile(of: before.filter { $0.userID == 2 }, [:]), "profile of before")
            let next = samples.event(user: 1, product: 2, type: .cart, seconds: 1)
            let other = samples.event(user: 1, product: 3, seconds: 2)
            _ = try await store.apply(InteractionBatch([next, other]))
            try await expectProfile([before[0], next, other], catalogue, in: store)
            try expect(try await store.rebuild(userID: 2), 1, "rebuilt")
            try await expectProfile([before[1]], catalogue, in: store)
            try await store.putCatalogue([1: catalogue[2] ?? []])
            try expect(try await store.rebuild(userID: 2), 1, "rebuilt with another vector")
            try await expectProfile([before[1]], [1: catalogue[2] ?? []], in: store)
        },
        ProfileConformanceCase("a catalogue that cannot be used is refused as a whole, with the reason") { _, store in
            var samples = Samples(seed: 21)
            let catalogue = samples.vectors([1, 2], dimension: formula.dimension)
            let good = catalogue[1] ?? []
            for (bad, reason) in [
                (good.map { _ in 0 }, "zero"), (good.map { $0 * .infinity }, "finite"), (good + [1], "components"),
                ([], "components"),
            ] {
                try await expectRefusal(reason) { try await store.putCatalogue([3: good, 4: bad]) }
            }
            try await expectRefusal("id") { try await store.putCatalogue([0: good]) }
            let none = try await store.nearestProducts(to: good, excluding: [], limit: 9)
            try expect(none, [], "products after what was refused")
            try await store.putCatalogue(catalogue)
            try await expectRefusal("components") { try await store.putCatalogue([3: good + [1]]) }
            try await store.putCatalogue([:])
            let found = try await store.nearestProducts(to: good, excluding: [], limit: 9)
            try expect(found.map(\.productID).sorted(), [1, 2], "products")
        },
        ProfileConformanceCase(
            "the nearest products are those of the catalogue and those with interactions, each once"
        ) { _, store in
            var samples = Samples(seed: 22)
            var catalogue = samples.vectors([1, 101, 102], dimension: formula.dimension)
            catalogue[100] = catalogue[101]
            try await store.putCatalogue(catalogue)
            let events = (1...3).flatMap { user in (1...4).map { samples.event(user: user, product: $0) } }
            for event in events { _ = try await store.apply(InteractionBatch([event])) }
            let target = catalogue[101] ?? []
            let all = try await store.nearestProducts(to: target, excluding: [], limit: 50)
            try expect(all.map(\.productID).sorted(), [1, 2, 3, 4, 100, 101, 102], "each product once")
            try expect(all.prefix(2).map(\.productID), [100, 101], "best first, equal scores by id")
            try expect(all, all.sorted { $0.precedes($1) }, "best first")
            try expect(
                Set(all.filter(\.isStandIn).map(\.productID)), [2, 3, 4], "those whose vectors the catalogue lacks")
            for match in all {
                let vector =
                    catalogue[match.productID]
                    ?? StandInVector.make(
                        ProductFeatures(of: samples.event(user: 1, product: match.productID)),
                        dimension: formula.dimension)
                try expectNear(match.vector, vector, "vector of product \(match.productID)")
                let score = zip(target, vector).reduce(0) { $0 + $1.0 * $1.1 }
                try expect(abs(match.score - score) < 1e-5, "score of product \(match.productID): \(match.score)")
            }
            let some = try await store.nearestProducts(to: target, excluding: [100, 2, 77], limit: 3)
            let expected = all.map(\.productID).filter { ![100, 2].contains($0) }
            try expect(some.map(\.productID), Array(expected.prefix(3)), "without what is excluded, up to the limit")
        },
        ProfileConformanceCase("the products that a user has bought are there once each, the latest first") {
            _, store in
            var samples = Samples(seed: 23)
            let bought = [(4, 3), (2, 9), (7, 5), (4, 6), (5, 5)].map { product, seconds in
                samples.event(user: 1, product: Int64(product), type: .purchase, seconds: Int64(seconds))
            }
            let others = [
                samples.event(user: 1, product: 8, type: .cart, seconds: 20),
                samples.event(user: 2, product: 9, type: .purchase, seconds: 20),
            ]
            _ = try await store.apply(InteractionBatch(samples.shuffled(bought + others)))
            try expect(try await store.boughtProducts(of: 1, limit: 9), [2, 4, 5, 7], "equal times by id")
            try expect(try await store.boughtProducts(of: 1, limit: 2), [2, 4], "up to the limit")
            try expect(try await store.boughtProducts(of: 3, limit: 2), [], "of a user without interactions")
        },
    ]

    /// What the formula makes of one user's events.
    private static func profile(of events: [Event], _ catalogue: [Int64: [Float]]) -> Profile {
        formula.profile(
            of: events[0].userID, newest: events.map { ProfileFormula.Interaction(of: $0) },
            counts: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +)
        ) { catalogue[$0.productID] ?? StandInVector.make($0, dimension: formula.dimension) }
    }

    /// The vectors may differ by a rounding: who normalises them is up to the store.
    private static func expectProfile(
        _ events: [Event], _ catalogue: [Int64: [Float]], in store: any ProfileStore
    ) async throws {
        let expected = profile(of: events, catalogue)
        guard var found = try await store.profile(of: events[0].userID) else {
            throw ConformanceFailure("user \(events[0].userID) has no profile")
        }
        try expectNear(found.vector, expected.vector, "vector of user \(events[0].userID)")
        found.vector = expected.vector
        try expect(found, expected, "profile of user \(events[0].userID)")
    }

    static func expectNear(_ seen: [Float], _ expected: [Float], _ what: String) throws {
        let isNear = seen.count == expected.count && zip(seen, expected).allSatisfy { abs($0 - $1) < 1e-5 }
        try expect(isNear, "\(what): \(seen), expected \(expected)")
    }

    static func expectRefusal(_ reason: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StoreError where error.code == .rejected {
            return try expect(error.message.contains(reason), "\(error) does not say \(reason)")
        }
        throw ConformanceFailure("not refused: \(reason)")
    }
}
