import Events
import Stores

extension ProfileConformanceCase {
    static let pruning: [ProfileConformanceCase] = [
        ProfileConformanceCase("what is pruned is gone, and profiles follow from what stays alone") { _, store in
            var samples = Samples(seed: 25)
            let events = samples.events(400, users: 6)
            let gone = samples.event(user: 99, product: 99, seconds: -1)
            for batch in samples.batches(samples.shuffled(events + [gone])) {
                _ = try await store.apply(InteractionBatch(batch))
            }
            let time = Timestamp(microseconds: Samples.start + 20_000_000)
            let old = (events + [gone]).filter { $0.time < time }
            let rest = events.filter { $0.time >= time }
            try expect(try await store.interactions(before: time), old.count, "interactions before")
            try expect(try await store.prune(before: time) { _ in }, old.count, "interactions removed")
            try await expectProfiles(of: rest, in: store)
            try expect(try await store.profile(of: 99), nil, "the profile of who has nothing newer")
            try expect(try await store.occurrences(of: old.map(\.id)), [:], "what is gone")
            try expect(try await store.prune(before: time) { _ in }, 0, "interactions removed again")
            try expect(try await store.interactions(before: time), 0, "interactions before, again")
            // What comes late is written again, and later events count as ever.
            let late = samples.event(user: 99, product: 99, seconds: 1)
            let later = samples.events(50, users: 6)
            _ = try await store.apply(InteractionBatch(later + [late]))
            try await expectProfiles(of: rest + later + [late], in: store)
        },
        ProfileConformanceCase("vectors that are pruned while others write leave the profiles of all that is newer") {
            factory, store in
            var samples = Samples(seed: 26)
            let old = samples.events(200, users: 4)
            let new = samples.events(200, users: 4).map { event in
                var event = event
                event.time.microseconds += 1_000_000_000
                return event
            }
            _ = try await store.apply(InteractionBatch(old))
            let time = Timestamp(microseconds: Samples.start + 500_000_000)
            let batches = samples.batches(samples.shuffled(new))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let own = try await factory.profiles(ProfileConformanceCase.formula)
                    for batch in batches { _ = try await own.apply(InteractionBatch(batch)) }
                    await own.close()
                }
                try expect(try await store.prune(before: time) { _ in }, 200, "interactions removed")
                try await group.waitForAll()
            }
            try await expectProfiles(of: new, in: store)
        },
    ]
}
