import Events
import Stores

extension GraphConformanceCase {
    static let pruning: [GraphConformanceCase] = [
        GraphConformanceCase("what is pruned is gone, what is newer stays, and counts are those of what stays") {
            _, graph in
            var samples = Samples(seed: 17)
            let events = samples.events(400, users: 6, products: 40)
            let gone = samples.event(user: 99, product: 99, seconds: -1)
            for batch in samples.batches(samples.shuffled(events + [gone])) {
                _ = try await graph.applyPatiently(batch)
            }
            let time = Timestamp(microseconds: Samples.start + 20_000_000)
            let old = (events + [gone]).filter { $0.time < time }
            let rest = events.filter { $0.time >= time }
            try expect(try await graph.interactions(before: time), old.count, "interactions before")
            try expect(try await graph.prunePatiently(before: time), old.count, "interactions removed")
            try expect(try await graph.occurrences(of: old.map(\.id)), [:], "what is gone")
            try expect(Set(try await graph.stored(rest.map(\.id)).keys), Set(rest.map(\.id)), "what stays")
            let counts = GraphStatistics(
                users: Set(rest.map(\.userID)).count, products: Set(rest.map(\.productID)).count,
                interactionsByType: Dictionary(grouping: rest, by: \.type).mapValues(\.count))
            try expect(try await graph.statistics(), counts, "counts")
            for user in Set(events.map(\.userID)) {
                let history = rest.filter { $0.userID == user }.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
                try expect(
                    try await graph.history(HistoryQuery(userID: user, limit: 400)).events.map(\.id),
                    history.map(\.id), "the history of \(user)")
            }
            try expect(try await graph.prunePatiently(before: time), 0, "interactions removed again")
            try expect(try await graph.interactions(before: time), 0, "interactions before, again")
            try expect(try await graph.statistics(), counts, "counts at the end")
        },
        GraphConformanceCase("what comes again after it was pruned is written again, and pruned again") { _, graph in
            var samples = Samples(seed: 18)
            let old = samples.event(user: 1, product: 1)
            let new = samples.event(user: 1, product: 2, seconds: 30)
            let time = Timestamp(microseconds: Samples.start + 20_000_000)
            for _ in 0..<2 {
                _ = try await graph.applyPatiently([old, new])
                try expect(try await graph.statistics().interactions, 2, "interactions")
                try expect(try await graph.prunePatiently(before: time), 1, "interactions removed")
                try expect(try await graph.statistics().products, 1, "products")
            }
        },
        GraphConformanceCase("a graph that is pruned while others write ends with all that is newer, once") {
            factory, graph in
            var samples = Samples(seed: 19)
            let old = samples.events(300, users: 4)
            let new = samples.events(300, users: 4).map { event in
                var event = event
                event.time.microseconds += 1_000_000_000
                return event
            }
            for batch in samples.batches(samples.shuffled(old)) { _ = try await graph.applyPatiently(batch) }
            let time = Timestamp(microseconds: Samples.start + 500_000_000)
            let shares = (0..<2).map { _ in samples.batches(samples.shuffled(new)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batches in shares {
                    group.addTask {
                        let own = try await factory.graph()
                        for batch in batches { _ = try await own.applyPatiently(batch) }
                        await own.close()
                    }
                }
                try expect(try await graph.prunePatiently(before: time), 300, "interactions removed")
                try await group.waitForAll()
            }
            try expect(
                try await graph.statistics(),
                GraphStatistics(
                    users: Set(new.map(\.userID)).count, products: Set(new.map(\.productID)).count,
                    interactionsByType: Dictionary(grouping: new, by: \.type).mapValues(\.count)), "counts")
        },
    ]
}

extension GraphStore {
    /// Repeats transient failures; counts what all attempts have removed.
    func prunePatiently(before time: Timestamp) async throws(StoreError) -> Int {
        let before = try await interactions(before: time)
        for _ in 0..<50 {
            do throws(StoreError) {
                _ = try await prune(before: time) { _ in }
                return before
            } catch {
                guard error.code == .transient else { throw error }
            }
        }
        _ = try await prune(before: time) { _ in }
        return before
    }
}
