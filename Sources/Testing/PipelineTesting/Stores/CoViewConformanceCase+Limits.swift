import Events
import Stores

extension CoViewConformanceCase {
    static let limits: [CoViewConformanceCase] = [
        CoViewConformanceCase("of a product of many sessions the newest count, by its newest interaction in each") {
            _, store in
            var samples = Samples(seed: 31)
            var events: [Event] = []
            func visit(_ session: Int64, _ product: Int64, _ seconds: Int64, _ type: EventType = .view) {
                var event = samples.event(user: session, product: product, type: type, seconds: seconds)
                event.session = "session-\(session)"
                events.append(event)
            }
            for session in Int64(1)...260 {
                // Many of one moment, at the limit too.
                visit(session, 1, 100 + session / 7)
                visit(session, 2 + session % 50, 101 + session / 7)
                visit(session, 100 + session, 90 + session / 7)
                // Taking out of the cart makes no session newer.
                if session < 20 { visit(session, 1, 900, .removeFromCart) }
                if (20..<30).contains(session) { visit(session, 1, 800) }
            }
            // One session has more interactions with the product than others all together.
            for number in Int64(0)..<450 { visit(7, 1, 300 + number / 5) }
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            try await store.expectAnswers(over: events, users: [7, 20, 260], products: [1, 2, 3, 101, 130, 359, 360])
        },
        CoViewConformanceCase("of a long session the first interactions count, come when they may") { _, store in
            var samples = Samples(seed: 32)
            let limit = Int64(CoViewQuery.interactionLimit)
            var events: [Event] = []
            for number in 0..<(limit + 200) {
                var event = samples.event(user: 1, product: 1 + number * 7 % 311, seconds: number / 3)
                // More of one kind than in any other kind of order.
                if number % 11 == 3 { event.type = .removeFromCart }
                event.session = "long"
                events.append(event)
            }
            events += samples.visits(60, products: 320)
            let products: [Int64] = [1, 2, 8, 150, 200, 310, 311]
            // The end of the session comes first, then what was before it.
            let late = samples.shuffled(Array(events[300...]))
            for batch in samples.batches(late) { _ = try await store.applyPatiently(batch) }
            try await store.expectAnswers(over: late, users: [1], products: products)
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            try await store.expectAnswers(over: events, users: [1], products: products + Array(20...60))
        },
        CoViewConformanceCase("a session of ten thousand interactions changes no answer about what was not in it") {
            _, store in
            var samples = Samples(seed: 33)
            let events = samples.visits(200)
            _ = try await store.applyPatiently(events)
            let bot = (Int64(0)..<10_000).map { number in
                var event = samples.event(user: 666, product: 1_000 + number * 13 % 700, seconds: number / 4)
                event.session = "bot"
                event.categoryCode = nil
                return event
            }
            for start in stride(from: 0, to: bot.count, by: 1_000) {
                _ = try await store.applyPatiently(Array(bot[start..<start + 1_000]))
            }
            let (before, after) = (CoViewReference(events), CoViewReference(events + bot))
            for user in Int64(1)...8 {
                try expect(
                    try await store.context(of: user, limit: 10), before.context(of: user, limit: 10), "user \(user)")
            }
            let others = CoViewQuery(products: Array(1...30), includesCategories: true)
            try expect(try await store.coViews(others).counts, before.coViews(others).counts, "co-views of others")
            try expect(try await store.coViews(others).shelves, before.coViews(others).shelves, "categories of others")
            let own = CoViewQuery(products: [1_000, 1_013, 1_026, 1_699], includesCategories: true)
            try expect(try await store.coViews(own).counts, after.coViews(own).counts, "co-views in the long session")
            try expect(
                try await store.context(of: 666, limit: 10), after.context(of: 666, limit: 10), "the long session's user")
            try expect(
                try await store.mostVisited(excluding: Set(1...30), limit: 50),
                after.mostVisited(excluding: Set(1...30), limit: 50), "most visited")
        },
        CoViewConformanceCase("of a large category the most visited products are given, and the sums are over all") {
            _, store in
            var samples = Samples(seed: 34)
            var events: [Event] = []
            for product in Int64(1)...340 {
                for session in 0..<(1 + product % 3) {
                    var event = samples.event(user: product, product: product, seconds: product % 10)
                    event.session = "session-\(product)-\(session)"
                    event.categoryCode = product == 340 ? "hats" : "shoes"
                    event.brand = product % 5 == 0 ? "acme" : nil
                    events.append(event)
                }
            }
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            try await store.expectAnswers(over: events, users: [1], products: [1, 5, 338, 339, 340])
            // From the top of one to another category.
            for product in [Int64(2), 5] {
                var event = samples.event(user: 1, product: product, seconds: 50)
                event.categoryCode = "hats"
                event.brand = "umbrella"
                events.append(event)
            }
            _ = try await store.applyPatiently(events.suffix(2))
            try await store.expectAnswers(over: events, users: [1], products: [1, 2, 5, 10, 340])
        },
    ]
}
