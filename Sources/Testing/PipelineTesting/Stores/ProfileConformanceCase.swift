import Events
package import Stores
import Synchronization

/// Creates profile stores for conformance cases.
package protocol ProfileStoreFactory: Sendable {
    /// A store on the same vectors as all others of this factory, like that of another process; the first finds the
    /// vectors empty. The case closes the store.
    func profiles(_ formula: ProfileFormula) async throws -> any ProfileStore
}

/// A sentence about every profile store, and its proof. Run as the arguments of one parameterised test per adapter,
/// each with its own factory.
package struct ProfileConformanceCase: Sendable, CustomStringConvertible {
    /// The sentence about the store.
    package let description: String
    private let body: @Sendable (any ProfileStoreFactory, any ProfileStore) async throws -> Void

    /// A window that the samples overflow.
    static let formula = ProfileFormula(window: 20, halfLife: 30, recentProducts: 4, dimension: 64)

    /// - Throws: ``ConformanceFailure`` where the store behaves differently; any unexpected error of the store.
    package func run(with factory: any ProfileStoreFactory) async throws {
        let store = try await factory.profiles(Self.formula)
        do {
            try await body(factory, store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    package static let all = general + products + learned + erasing + pruning

    private static let general: [ProfileConformanceCase] = [
        ProfileConformanceCase("an empty store has no profiles and counts zero") { _, store in
            try expect(try await store.profile(of: 1), nil, "profile")
            try expect(try await store.statistics(), ProfileStatistics(profiles: 0, vectors: 0), "counts")
            let vector = [Float](repeating: 0.125, count: formula.dimension)
            for collection in VectorCollection.allCases {
                try expect(try await store.nearest(to: vector, in: collection, limit: 3), [], "nearest")
            }
            try expect(try await store.rebuild(userID: nil), 0, "rebuilt")
        },
        ProfileConformanceCase("profiles follow from the events alone, in any batches, order and number") {
            _, store in
            var samples = Samples(seed: 11)
            let events = samples.events(300)
            var inserted = 0
            for _ in 0..<2 {
                for batch in samples.batches(samples.shuffled(events)) {
                    inserted += try await store.apply(InteractionBatch(batch)).inserted
                }
                try await expectProfiles(of: events, in: store)
            }
            try expect(inserted, events.count, "inserted")
            let ids = events.map(\.id)
            try expect(
                try await store.occurrences(of: ids), Dictionary(uniqueKeysWithValues: ids.map { ($0, 1) }),
                "occurrences")
        },
        ProfileConformanceCase("several stores on the same vectors write at once and leave the same profiles") {
            factory, store in
            var samples = Samples(seed: 12)
            let events = samples.events(300)
            let shares = (0..<3).map { _ in samples.batches(samples.shuffled(events)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batches in shares {
                    group.addTask {
                        let own = try await factory.profiles(formula)
                        do {
                            for batch in batches { _ = try await own.apply(InteractionBatch(batch)) }
                        } catch {
                            await own.close()
                            throw error
                        }
                        await own.close()
                    }
                }
                try await group.waitForAll()
            }
            try await expectProfiles(of: events, in: store)
        },
        ProfileConformanceCase(
            "of two events with the same id and other content the first stays, and the other is reported"
        ) { _, store in
            var samples = Samples(seed: 17)
            let first = try samples.fullEvent(user: 1)
            let bystander = samples.event(user: 1, product: 1)
            _ = try await store.apply(InteractionBatch([first]))
            guard let kept = try await store.stored([first.id])[first.id]?.fields else {
                throw ConformanceFailure("what was written is not stored")
            }
            let least: ContentFields = [.userID, .productID, .eventType, .eventTime, .brand, .categoryCode]
            guard kept.isSuperset(of: least) else {
                throw ConformanceFailure("the store does not keep \(least.subtracting(kept).names)")
            }
            for (name, other) in samples.variants(of: first) {
                let isKept = kept.names.contains(name)
                for batch in [[other], [first, other]] {
                    let applied = try await store.apply(InteractionBatch(batch))
                    try expect(applied.inserted, 0, "inserted with another \(name)")
                    try expect(
                        applied.conflicts.map(\.event), isKept ? [other] : [], "conflicts with another \(name)")
                    try expect(
                        applied.alreadyPresent, batch.count - (isKept ? 1 : 0), "present already, another \(name)")
                }
            }
            let (_, other) = samples.variants(of: first)[0]
            try expect(try await store.apply(InteractionBatch([other, bystander])).inserted, 1, "beside a conflict")
            try await expectProfiles(of: [first, bystander], in: store)
        },
        ProfileConformanceCase("an event that is written again with other defaults is the same event") { _, store in
            var samples = Samples(seed: 18)
            var first = samples.event(user: 1, product: 1)
            first.defaulted = [.eventTime, .userSession]
            var again = first
            again.time.microseconds += 1_000_000
            again.session = "assigned otherwise"
            _ = try await store.apply(InteractionBatch([first]))
            try expect(
                try await store.apply(InteractionBatch([again])), AppliedBatch(inserted: 0, alreadyPresent: 1),
                "writing it again")
            again.defaulted = []
            try expect(
                try await store.apply(InteractionBatch([again])).conflicts.map(\.event), [again],
                "writing it with a time of its own")
            try await expectProfiles(of: [first], in: store)
        },
        ProfileConformanceCase("tells which events it has, and with which content") { _, store in
            var samples = Samples(seed: 19)
            let (full, bare) = (try samples.fullEvent(user: 1), samples.event(user: 2, product: 1))
            _ = try await store.apply(InteractionBatch([full, bare]))
            let stored = try await store.stored([full.id, samples.event(user: 1, product: 1).id, bare.id])
            try expect(Set(stored.keys), [full.id, bare.id], "ids")
            for event in [full, bare] {
                try expect(stored[event.id]?.differences(from: event), [], "content of \(event.id)")
            }
        },
        ProfileConformanceCase("rebuilding computes the profiles that are stored already") { _, store in
            var samples = Samples(seed: 13)
            let events = samples.events(120)
            _ = try await store.apply(InteractionBatch(events))
            try expect(try await store.rebuild(userID: 1), 1, "one user's")
            try expect(try await store.rebuild(userID: 77), 0, "a user's who has none")
            let users = Set(events.map(\.userID)).count
            let computed = Mutex(0)
            let written = try await store.rebuild(userID: nil) { count in computed.withLock { $0 = count } }
            try expect(written, users, "everyone's")
            try expect(computed.withLock { $0 }, users, "the progress at the end")
            try await expectProfiles(of: events, in: store)
        },
        ProfileConformanceCase("the nearest interactions to a product's vector are those with the product") {
            _, store in
            var samples = Samples(seed: 14)
            let events = samples.events(60, products: 6)
            _ = try await store.apply(InteractionBatch(events))
            let wanted = events.filter { $0.productID == events[0].productID }
            let vector = StandInVector.make(ProductFeatures(of: events[0]), dimension: formula.dimension)
            let found = try await store.nearest(to: vector, in: .interactions, limit: wanted.count)
            try expect(
                found.map(\.point), wanted.map(\.id).sorted().map { VectorMatch.Point.interaction($0) }, "points by id")
            guard found.allSatisfy({ abs($0.score - 1) < 1e-5 }) else {
                throw ConformanceFailure("scores of the same vector are \(found.map(\.score))")
            }
            let all = try await store.nearest(to: vector, in: .interactions, limit: 1_000)
            try expect(all.count, events.count, "all interactions")
            try expect(all.map(\.score), all.map(\.score).sorted(by: >), "best first")
        },
        ProfileConformanceCase("the nearest profile to a profile is itself") { _, store in
            var samples = Samples(seed: 15)
            let events = samples.events(100, users: 4, products: 40).filter { $0.type != .removeFromCart }
            _ = try await store.apply(InteractionBatch(events))
            for user in Set(events.map(\.userID)) {
                guard let profile = try await store.profile(of: user) else {
                    throw ConformanceFailure("user \(user) has no profile")
                }
                let found = try await store.nearest(to: profile.vector, in: .userProfiles, limit: 1)
                try expect(found.map(\.point), [.user(user)], "nearest")
            }
        },
        ProfileConformanceCase("written profiles are there when the store is opened again") { factory, store in
            var samples = Samples(seed: 16)
            let events = samples.events(30)
            _ = try await store.apply(InteractionBatch(events))
            await store.close()
            let next = try await factory.profiles(formula)
            do {
                try await expectProfiles(of: events, in: next)
            } catch {
                await next.close()
                throw error
            }
            await next.close()
        },
        ProfileConformanceCase("a closed store throws an error that says so") { _, store in
            await store.close()
            await store.close()
            do {
                _ = try await store.profile(of: 1)
                throw ConformanceFailure("a closed store answered")
            } catch let error as StoreError {
                try expect(error.code, .closed, "code")
            }
        },
    ]

    init(
        _ name: String, _ body: @escaping @Sendable (any ProfileStoreFactory, any ProfileStore) async throws -> Void
    ) {
        description = name
        self.body = body
    }

    /// Checks that every user's profile follows from the events by the formula.
    static func expectProfiles(of events: [Event], in store: any ProfileStore) async throws {
        let users = Dictionary(grouping: events, by: \.userID)
        for (user, events) in users {
            let expected = formula.profile(
                of: user, newest: events.map { ProfileFormula.Interaction(of: $0) },
                counts: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +)
            ) { StandInVector.make($0, dimension: formula.dimension) }
            try expect(try await store.profile(of: user), expected, "profile of \(user)")
        }
        try expect(
            try await store.statistics(), ProfileStatistics(profiles: users.count, vectors: events.count), "counts")
    }
}
