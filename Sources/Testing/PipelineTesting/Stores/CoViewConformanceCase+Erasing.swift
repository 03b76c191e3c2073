import Events
import Stores

extension CoViewConformanceCase {
    static let erasing: [CoViewConformanceCase] = [
        CoViewConformanceCase("of an erased user nothing is in any answer, as if the user had never been there") {
            _, store in
            var samples = Samples(seed: 41)
            let events = samples.visits(400, users: 4)
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            var rest = events
            for user in Int64(1)...4 {
                _ = try await store.erasePatiently(user)
                rest.removeAll { $0.userID == user }
                try await store.expectAnswers(over: rest, users: Array(0...5), products: Array(0...31))
                // What is still on its way of before changes nothing.
                for batch in samples.batches(events.filter { $0.userID == user }) {
                    _ = try await store.applyPatiently(batch)
                }
                try await store.expectAnswers(over: rest, users: [user], products: [1, 2, 3])
            }
        },
        CoViewConformanceCase("an erasure brings back what the user's interactions had pushed out of a limit") {
            _, store in
            var samples = Samples(seed: 42)
            var others: [Event] = []
            var own: [Event] = []
            // In the sessions of both, each has the product; in the newest, only the user.
            for session in Int64(0)..<CoViewQuery.sessionLimit.int64 + 30 {
                for product in [1, 2 + session % 40] {
                    var event = samples.event(user: 1, product: product, seconds: session)
                    event.session = "session-\(session)"
                    others.append(event)
                    guard session % 3 == 0 else { continue }
                    event = samples.event(user: 9, product: product, seconds: 300 + session % 4)
                    event.session = session % 2 == 0 ? "session-\(session)" : "own-\(session)"
                    event.categoryCode = "hats"
                    own.append(event)
                }
            }
            for number in Int64(0)..<CoViewQuery.interactionLimit.int64 + 10 {
                var event = samples.event(user: 9, product: 200 + number, seconds: -1_000 + number)
                event.session = "session-5"
                own.append(event)
            }
            for batch in samples.batches(samples.shuffled(others + own)) { _ = try await store.applyPatiently(batch) }
            let products: [Int64] = [1, 2, 7, 41, 200, 210, 709]
            try await store.expectAnswers(over: others + own, users: [1, 9], products: products)
            _ = try await store.erasePatiently(9)
            try await store.expectAnswers(over: others, users: [1, 9], products: products)
        },
        CoViewConformanceCase("a user who is erased while others write is in no answer at the end") { factory, store in
            var samples = Samples(seed: 43)
            let others = samples.visits(200, users: 2, sessions: 10)
            let own = samples.visits(200, users: 1, sessions: 10).map { $0.of(user: 9) }
            let shares = (0..<2).map { _ in samples.batches(samples.shuffled(others + own)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await factory.write(shares) }
                // Whatever this meets, the outcome is the same.
                var looks = 0
                while looks < 10_000, try await store.context(of: 9, limit: 1).touched.isEmpty { looks += 1 }
                _ = try await store.erasePatiently(9)
                try await group.waitForAll()
            }
            try await store.expectAnswers(over: others, users: [1, 2, 9], products: Array(1...30))
        },
    ]
}

extension Int {
    fileprivate var int64: Int64 { Int64(self) }
}
