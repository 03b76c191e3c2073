import Events
import Stores

extension CoViewConformanceCase {
    static let pruning: [CoViewConformanceCase] = [
        CoViewConformanceCase("of what was pruned nothing is in any answer, as if it had never been there") {
            _, store in
            var samples = Samples(seed: 44)
            let events = samples.visits(500, users: 4)
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            for seconds in [Int64(20), 45, 70] {
                let time = Timestamp(microseconds: Samples.start + seconds * 1_000_000)
                _ = try await store.prunePatiently(before: time)
                let rest = events.filter { $0.time >= time }
                try await store.expectAnswers(over: rest, users: Array(0...5), products: Array(0...31))
            }
            // What comes after all was pruned counts as in an empty graph.
            let later = samples.visits(100, users: 4)
            for batch in samples.batches(samples.shuffled(later)) { _ = try await store.applyPatiently(batch) }
            try await store.expectAnswers(over: later, users: Array(0...5), products: Array(0...31))
        }
    ]
}
