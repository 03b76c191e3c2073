package import Events
package import Stores

/// Creates stores of co-views for conformance cases.
package protocol CoViewFactory: Sendable {
    /// A store on the same graph as all others of this factory, like that of another process; the first finds the graph
    /// empty. The case closes the store.
    func store() async throws -> any GraphStore
}

/// A sentence about every store of co-views, and its proof: the answers of ``CoViewReference`` over the same events. Run
/// as the arguments of one parameterised test per adapter, each with its own factory.
package struct CoViewConformanceCase: Sendable, CustomStringConvertible {
    /// The sentence about the store.
    package let description: String
    private let body: @Sendable (any CoViewFactory, any GraphStore) async throws -> Void

    init(
        _ name: String,
        _ body: @escaping @Sendable (any CoViewFactory, any GraphStore) async throws -> Void
    ) {
        description = name
        self.body = body
    }

    /// - Throws: ``ConformanceFailure`` where the store behaves differently; any unexpected error of the store.
    package func run(with factory: any CoViewFactory) async throws {
        let store = try await factory.store()
        do {
            try await body(factory, store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// Fails unless all that can be asked for about these users and products is answered as the reference does over
    /// `events`.
    package static func check(
        _ store: any CoViewStore, answersOver events: [Event], users: [Int64], products: [Int64]
    ) async throws {
        try await store.expectAnswers(over: events, users: users, products: products)
    }

    package static let all = writing + limits + erasing + pruning

    private static let writing: [CoViewConformanceCase] = [
        CoViewConformanceCase("an empty store knows no user, product and category") { _, store in
            try await store.expectAnswers(over: [], users: [1, .max], products: [1, .max])
        },
        CoViewConformanceCase("answers after each of many batches as over all events at once, for unknown ids too") {
            _, store in
            var samples = Samples(seed: 21)
            let events = samples.visits(400)
            var written: [Event] = []
            for (number, batch) in samples.batches(samples.shuffled(events)).enumerated() {
                _ = try await store.applyPatiently(batch)
                written = Array(Set(written + batch))
                guard number.isMultiple(of: 5) else { continue }
                try await store.expectAnswers(over: written, users: [1, 2, 99], products: [1, 2, 3, 4, 5, 6, 99])
            }
            try await store.expectAnswers(over: events, users: Array(0...9), products: Array(0...31))
        },
        CoViewConformanceCase("events that come again, or with other content, change no answer") { _, store in
            var samples = Samples(seed: 22)
            let events = samples.visits(200)
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            for event in events.prefix(10) {
                for (_, other) in samples.variants(of: event) { _ = try await store.applyPatiently([other]) }
            }
            try await store.expectAnswers(over: events, users: Array(1...8), products: Array(1...30))
        },
        CoViewConformanceCase("several stores that write the same events at once leave the answers of one") {
            factory, store in
            var samples = Samples(seed: 23)
            let events = samples.visits(400, sessions: 12, products: 15)
            try await factory.write(
                (0..<3).map { _ in samples.batches(samples.shuffled(events)) })
            try await store.expectAnswers(over: events, users: Array(1...8), products: Array(1...15))
        },
        CoViewConformanceCase(
            "the newest interaction that names a category gives a product its place, come when it may"
        ) {
            _, store in
            var samples = Samples(seed: 24)
            func event(
                _ product: Int64, _ seconds: Int64, _ category: String?, _ brand: String?, _ type: EventType = .view
            ) -> Event {
                var event = samples.event(user: 1, product: product, type: type, seconds: seconds)
                event.categoryCode = category
                event.brand = brand
                event.session = "session-\(product)-\(seconds)"
                return event
            }
            let steps = [
                [event(1, 10, "shoes", "acme"), event(2, 10, "shoes", "acme"), event(3, 10, "hats", nil)],
                // An older one, a blank one, one that names only a brand, and one that takes out of the cart.
                [event(1, 5, "hats", "old"), event(2, 20, "", "umbrella"), event(3, 20, nil, "acme")],
                [event(1, 30, "hats", "acme", .removeFromCart)],
                // Of one moment, the greater id counts.
                [event(1, 40, "bags", "x"), event(1, 40, "hats", "y"), event(1, 40, "shoes", "z")],
                // The brand goes with the category.
                [event(2, 50, "shoes", nil)], [event(2, 60, "hats", "")], [event(3, 50, "hats", "acme")],
                // Back to where it was, by an event that is not the newest of the product.
                [event(1, 100, nil, nil), event(1, 90, "shoes", "acme")],
            ]
            var written: [Event] = []
            for step in steps {
                _ = try await store.applyPatiently(step)
                written += step
                try await store.expectAnswers(over: written, users: [1], products: [1, 2, 3])
            }
        },
        CoViewConformanceCase("a context is the newest distinct products, and tells which were taken out of the cart") {
            _, store in
            var samples = Samples(seed: 25)
            var events = samples.visits(120, users: 2, products: 40, seconds: 30)
            // A user who only took something out of the cart.
            events.append(samples.event(user: 3, product: 7, type: .removeFromCart))
            for batch in samples.batches(samples.shuffled(events)) { _ = try await store.applyPatiently(batch) }
            let reference = CoViewReference(events)
            for user in Int64(1)...4 {
                for limit in [1, 2, 10, 39, 40, 41, 500] {
                    try expect(
                        try await store.context(of: user, limit: limit), reference.context(of: user, limit: limit),
                        "the \(limit) newest products of user \(user)")
                }
            }
        },
        CoViewConformanceCase("answers are there when the store is opened again") { factory, store in
            var samples = Samples(seed: 26)
            let events = samples.visits(80)
            _ = try await store.applyPatiently(events)
            await store.close()
            let next = try await factory.store()
            let failure: (any Error)?
            do {
                try await next.expectAnswers(over: events, users: Array(1...8), products: Array(1...30))
                failure = nil
            } catch {
                failure = error
            }
            await next.close()
            if let failure { throw failure }
        },
    ]
}

extension CoViewFactory {
    /// Writes each share with a store of its own, all at once.
    func write(_ shares: [[[Event]]]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batches in shares {
                group.addTask {
                    let own = try await store()
                    do {
                        for batch in batches { _ = try await own.applyPatiently(batch) }
                    } catch {
                        await own.close()
                        throw error
                    }
                    await own.close()
                }
            }
            try await group.waitForAll()
        }
    }
}

extension CoViewStore {
    /// Fails unless everything that can be asked for about these users and products is answered as the reference does
    /// over `events`.
    func expectAnswers(over events: [Event], users: [Int64], products: [Int64]) async throws {
        let reference = CoViewReference(events)
        for user in users {
            for limit in [3, 10] {
                try expect(
                    try await context(of: user, limit: limit), reference.context(of: user, limit: limit),
                    "the \(limit) newest products of user \(user)")
            }
        }
        // Several at once, as the walk asks, and in another order than that of the ids.
        let groups = stride(from: 0, to: products.count, by: 10).map {
            Array(products[$0..<min($0 + 10, products.count)].reversed())
        }
        for group in groups {
            for includesCategories in [true, false] {
                let query = CoViewQuery(products: group, includesCategories: includesCategories)
                try expectSame(try await coViews(query).withoutEmpty, reference.coViews(query).withoutEmpty, "\(group)")
            }
            let own = CoViewQuery(products: group, includesCategories: false, includesNeighbourSessions: false)
            let seen = try await coViews(own).withoutEmpty
            try expect(seen.counts, reference.coViews(own).withoutEmpty.counts, "co-views alone of \(group)")
            for product in group {
                try expect(seen.sessions[product], reference.coViews(own).sessions[product], "sessions of \(product)")
            }
            try expect(
                try await sessions(of: group).filter { $0.value > 0 }, reference.sessions(of: group),
                "numbers of sessions of \(group)")
        }
        try expect(
            try await coViews(CoViewQuery(products: [], includesCategories: true)), CoViews(), "of no products")
        let one = CoViewQuery(products: Array(products.prefix(1)), includesCategories: false)
        let questions: [CoViewQuestion] = [
            .context(userID: users.first ?? 1, limit: 3), .sessions(of: Array(products.prefix(3))), .coViews(one),
            .mostVisited(excluding: [], limit: 2),
        ]
        let answers = try await pursue(Questions(questions)).answers
        try expect(
            answers.map(\.withoutEmpty),
            questions.map { reference.answer($0).withoutEmpty }, "the answers to an inquiry, in order")
        for limit in [1, 7, 1_000] {
            for excluded in [[], Set(products.prefix(5)), Set(products)] {
                try expect(
                    try await mostVisited(excluding: excluded, limit: limit),
                    reference.mostVisited(excluding: excluded, limit: limit),
                    "the \(limit) most visited without \(excluded.count)")
            }
        }
        try expect(
            try await places(of: Set(products)), reference.places(of: Set(products)), "the places of all products")
        let sessions = Set(events.map(\.session)).sorted()
        for asked in [Set(sessions.prefix(1)), Set(sessions.suffix(7)), ["no such session"], []] {
            try expect(
                try await self.products(touchedIn: asked), reference.products(touchedIn: asked),
                "products of \(asked.count) sessions")
        }
    }

    /// One part after the other, as the whole is too long for a message.
    private func expectSame(_ seen: CoViews, _ expected: CoViews, _ products: String) throws(ConformanceFailure) {
        for product in Set(seen.counts.keys).union(expected.counts.keys).sorted() {
            try expect(seen.counts[product] ?? [:], expected.counts[product] ?? [:], "co-views of \(product)")
        }
        try expect(seen.sessions, expected.sessions, "sessions of \(products) and what was seen with them")
        try expect(seen.places, expected.places, "places of \(products)")
        try expect(Set(seen.shelves.keys), Set(expected.shelves.keys), "categories of \(products)")
        for (name, shelf) in expected.shelves {
            let other = seen.shelves[name]
            try expect(other?.sessions, shelf.sessions, "sessions of \(name)")
            try expect(other?.sessionsByBrand, shelf.sessionsByBrand, "sessions by brand of \(name)")
            try expect(other?.products, shelf.products, "products of \(name)")
        }
    }
}

extension CoViews {
    /// Without what a store may say or leave out.
    fileprivate var withoutEmpty: CoViews {
        var answer = self
        answer.counts = counts.filter { !$0.value.isEmpty }
        answer.sessions = sessions.filter { $0.value > 0 }
        return answer
    }
}

extension CoViewAnswer {
    fileprivate var withoutEmpty: CoViewAnswer {
        switch self {
        case .coViews(let coViews): .coViews(coViews.withoutEmpty)
        case .sessions(let sessions): .sessions(sessions.filter { $0.value > 0 })
        case .context, .mostVisited: self
        }
    }
}

/// Asks what it was given, and keeps the answers.
private struct Questions: CoViewInquiry {
    private let questions: [CoViewQuestion]
    private(set) var answers: [CoViewAnswer] = []

    init(_ questions: [CoViewQuestion]) {
        self.questions = questions
    }

    func next() -> CoViewQuestion? {
        answers.count < questions.count ? questions[answers.count] : nil
    }

    mutating func take(_ answer: CoViewAnswer) {
        answers.append(answer)
    }
}
