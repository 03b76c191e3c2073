import Events
import Stores
import TestSupport

extension GraphConformanceCase {
    static let erasing: [GraphConformanceCase] = [
        GraphConformanceCase("an erased user is gone with all interactions, and the others stay as they were") {
            _, graph in
            var samples = Samples(seed: 13)
            let others = samples.events(40, users: 3)
            let own = samples.events(20, users: 1).map { $0.of(user: 9) }
            let only = samples.event(user: 9, product: 77, type: .purchase)
            _ = try await graph.apply(InteractionBatch(others))
            let before = try await graph.statistics()
            _ = try await graph.apply(InteractionBatch(own + [only]))
            try expect(try await graph.erase(userID: 9, receivedUntil: Samples.later), 21, "interactions removed")
            try expect(try await graph.statistics(), before, "counts")
            try expect(try await graph.history(HistoryQuery(userID: 9, limit: 9)).events, [], "history")
            try expect(try await graph.occurrences(of: own.map(\.id)), [:], "occurrences")
            try expect(try await graph.erase(userID: 9, receivedUntil: Samples.later), 0, "interactions removed again")
            try expect(try await graph.erase(userID: 5, receivedUntil: Samples.later), 0, "of a user who is not there")
            try expect(try await graph.statistics(), before, "counts at the end")
        },
        GraphConformanceCase("an erased user's events from before are left out, and later ones are taken") { _, graph in
            var samples = Samples(seed: 14)
            let stored = try await expectErasure(&samples) { events in
                try await graph.apply(InteractionBatch(events))
            } erase: { user, time in
                try await graph.erase(userID: user, receivedUntil: time)
            }
            try expect(Set(try await graph.stored(stored.map(\.id)).keys), Set(stored.map(\.id)), "stored")
            try expect(try await graph.statistics().interactions, stored.count, "interactions")
            try expect(try await graph.history(HistoryQuery(userID: 9, limit: 9)).events.count, 2, "history")
        },
        GraphConformanceCase("of several erasures of a user the latest time counts, for all stores on the graph") {
            factory, graph in
            var samples = Samples(seed: 15)
            _ = try await graph.erase(userID: 1, receivedUntil: Samples.later)
            _ = try await graph.erase(userID: 1, receivedUntil: Timestamp(microseconds: Samples.start))
            let other = try await factory.graph()
            let applied = try await other.applyPatiently([samples.event(user: 1, product: 1)])
            await other.close()
            try expect(applied, AppliedBatch(erased: 1), "an event from between the two times")
            try expect(try await graph.erasures(of: [1, 2]), [1: Samples.later], "erasures")
            try expect(try await graph.erasures(of: []), [:], "erasures of nobody")
        },
        GraphConformanceCase("a user who is erased while others write ends without the events from before") {
            factory, graph in
            var samples = Samples(seed: 16)
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
                    while looks < 10_000, try await graph.history(HistoryQuery(userID: user, limit: 1)).events.isEmpty {
                        looks += 1
                    }
                    _ = try await graph.erasePatiently(user)
                    try await group.waitForAll()
                }
                try expect(try await graph.history(HistoryQuery(userID: user, limit: 9)).events, [], "history")
                try expect(
                    try await graph.statistics(),
                    GraphStatistics(
                        users: 2, products: Set(others.map(\.productID)).count,
                        interactionsByType: Dictionary(grouping: others, by: \.type).mapValues(\.count)), "counts")
            }
        },
    ]
}

extension GraphFactory {
    /// Writes with a store of its own.
    fileprivate func write(_ batches: [[Event]]) async throws {
        let own = try await graph()
        do {
            for batch in batches {
                let applied = try await own.applyPatiently(batch)
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

extension GraphStore {
    /// Repeats transient failures.
    func erasePatiently(_ user: Int64) async throws(StoreError) -> Int {
        for _ in 0..<50 {
            do throws(StoreError) {
                return try await erase(userID: user, receivedUntil: Samples.later)
            } catch {
                guard error.code == .transient else { throw error }
            }
        }
        return try await erase(userID: user, receivedUntil: Samples.later)
    }
}

extension Event {
    /// The event as one of that user.
    func of(user: Int64) -> Event {
        var event = self
        event.userID = user
        return event
    }
}
