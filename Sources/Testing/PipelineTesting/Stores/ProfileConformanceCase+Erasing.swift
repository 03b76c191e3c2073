import Events
import Stores

extension ProfileConformanceCase {
    static let erasing: [ProfileConformanceCase] = [
        ProfileConformanceCase("an erased user is gone with interactions and profile, and the others stay as they were")
        {
            _, store in
            var samples = Samples(seed: 21)
            let others = samples.events(40, users: 3)
            let own = samples.events(20, users: 1).map { $0.of(user: 9) }
            _ = try await store.apply(InteractionBatch(others + own))
            try expect(try await store.erase(userID: 9, receivedUntil: Samples.later), 20, "interactions removed")
            try await expectProfiles(of: others, in: store)
            try expect(try await store.profile(of: 9), nil, "profile")
            try expect(try await store.occurrences(of: own.map(\.id)), [:], "occurrences")
            try expect(try await store.rebuild(userID: 9), 0, "rebuilt")
            try expect(try await store.erase(userID: 9, receivedUntil: Samples.later), 0, "interactions removed again")
            try expect(try await store.erase(userID: 5, receivedUntil: Samples.later), 0, "of a user who is not there")
            try await expectProfiles(of: others, in: store)
        },
        ProfileConformanceCase("an erased user's events from before are left out, and later ones are taken") {
            _, store in
            var samples = Samples(seed: 22)
            let stored = try await expectErasure(&samples) { events in
                try await store.apply(InteractionBatch(events))
            } erase: { user, time in
                try await store.erase(userID: user, receivedUntil: time)
            }
            try await expectProfiles(of: stored, in: store)
        },
        ProfileConformanceCase("of several erasures of a user the latest time counts, for all stores on the vectors") {
            factory, store in
            var samples = Samples(seed: 23)
            _ = try await store.erase(userID: 1, receivedUntil: Samples.later)
            _ = try await store.erase(userID: 1, receivedUntil: Timestamp(microseconds: Samples.start))
            let other = try await factory.profiles(formula)
            let applied = try await other.apply(InteractionBatch([samples.event(user: 1, product: 1)]))
            await other.close()
            try expect(applied, AppliedBatch(erased: 1), "an event from between the two times")
            try expect(try await store.erasures(of: [1, 2]), [1: Samples.later], "erasures")
            try expect(try await store.erasures(of: []), [:], "erasures of nobody")
        },
        ProfileConformanceCase("a user who is erased while others write ends without the events from before") {
            factory, store in
            var samples = Samples(seed: 24)
            let others = samples.events(60, users: 2)
            for user in Int64(10)..<18 {
                let old = samples.events(90, users: 1).map { $0.of(user: user) }
                let shares = (0..<2).map { _ in samples.batches(samples.shuffled(old + others)) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for batches in shares {
                        group.addTask { try await factory.write(batches) }
                    }
                    // Whatever this meets, the outcome is the same.
                    var looks = 0
                    while looks < 10_000, try await store.profile(of: user) == nil { looks += 1 }
                    _ = try await store.erase(userID: user, receivedUntil: Samples.later)
                    try await group.waitForAll()
                }
                try expect(try await store.profile(of: user), nil, "profile")
                try await expectProfiles(of: others, in: store)
            }
        },
    ]
}

extension ProfileStoreFactory {
    /// Writes with a store of its own.
    fileprivate func write(_ batches: [[Event]]) async throws {
        let own = try await profiles(ProfileConformanceCase.formula)
        do {
            for batch in batches {
                let applied = try await own.apply(InteractionBatch(batch))
                try expect(
                    applied.inserted + applied.alreadyPresent + applied.erased, InteractionBatch(batch).count, "events")
            }
        } catch {
            await own.close()
            throw error
        }
        await own.close()
    }
}
