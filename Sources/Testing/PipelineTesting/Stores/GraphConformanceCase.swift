import Events
package import Stores

/// Creates graph stores for conformance cases.
package protocol GraphFactory: Sendable {
    /// A store on the same graph as all others of this factory, like that of another process; the first finds the graph
    /// empty. The case closes the store.
    func graph() async throws -> any GraphStore
}

/// A sentence about every graph, and its proof. Run as the arguments of one parameterised test per adapter, each with
/// its own factory.
package struct GraphConformanceCase: Sendable, CustomStringConvertible {
    /// The sentence about the graph.
    package let description: String
    private let body: @Sendable (any GraphFactory, any GraphStore) async throws -> Void

    /// - Throws: ``ConformanceFailure`` where the graph behaves differently; any unexpected error of the graph.
    package func run(with factory: any GraphFactory) async throws {
        let graph = try await factory.graph()
        do {
            try await body(factory, graph)
        } catch {
            await graph.close()
            throw error
        }
        await graph.close()
    }

    package static let all = writing + erasing + pruning

    private static let writing: [GraphConformanceCase] = [
        GraphConformanceCase("an empty graph has no events and counts zero") { _, graph in
            try expect(
                try await graph.statistics(), GraphStatistics(users: 0, products: 0, interactionsByType: [:]), "counts")
            let page = try await graph.history(HistoryQuery(userID: 1, limit: 10))
            try expect(page, HistoryPage(events: [], next: nil), "history")
            var samples = Samples(seed: 1)
            let id = samples.event(user: 1, product: 1).id
            try expect(try await graph.occurrences(of: [id]), [:], "occurrences")
            try expect(
                try await graph.apply(InteractionBatch([])), AppliedBatch(inserted: 0, alreadyPresent: 0), "no event")
        },
        GraphConformanceCase("an event is read back as written, with all of its fields") { _, graph in
            var samples = Samples(seed: 2)
            let full = try samples.fullEvent(user: .max)
            let bare = samples.event(user: .max, product: 1)
            try expect(
                try await graph.apply(InteractionBatch([full, bare])), AppliedBatch(inserted: 2, alreadyPresent: 0),
                "writing")
            let page = try await graph.history(HistoryQuery(userID: .max, limit: 2))
            try expect(page.events, [full, bare], "history")
            try expect(page.next, nil, "next")
        },
        GraphConformanceCase("repeating and reordering batches changes nothing") { _, graph in
            var samples = Samples(seed: 3)
            let events = samples.events(300)
            var inserted = 0
            for batch in samples.batches(samples.shuffled(events)) {
                inserted += try await graph.apply(InteractionBatch(batch)).inserted
            }
            try expect(inserted, events.count, "inserted")
            let before = try await graph.statistics()
            for batch in samples.batches(samples.shuffled(events)) {
                let applied = try await graph.apply(InteractionBatch(batch))
                try expect(applied.inserted, 0, "inserted again")
                try expect(applied.alreadyPresent, Set(batch.map(\.id)).count, "present already")
            }
            try expect(try await graph.statistics(), before, "counts")
            let ids = events.map(\.id)
            try expect(
                try await graph.occurrences(of: ids), Dictionary(uniqueKeysWithValues: ids.map { ($0, 1) }),
                "occurrences")
        },
        GraphConformanceCase(
            "of two events with the same id and other content the first stays, and the other is reported"
        ) { _, graph in
            var samples = Samples(seed: 4)
            let first = try samples.fullEvent(user: 1)
            let bystander = samples.event(user: 1, product: 1)
            _ = try await graph.apply(InteractionBatch([first]))
            for (name, other) in samples.variants(of: first) {
                let applied = try await graph.apply(InteractionBatch([other]))
                try expect(applied.inserted, 0, "inserted with another \(name)")
                try expect(applied.alreadyPresent, 0, "present already with another \(name)")
                try expect(applied.conflicts.map(\.event), [other], "conflicts with another \(name)")
                guard applied.conflicts.allSatisfy({ "\($0)".contains(name) && "\($0)".contains("\(first.id)") }) else {
                    throw ConformanceFailure("the conflict does not name \(name): \(applied.conflicts)")
                }
            }
            let (_, other) = samples.variants(of: first)[0]
            let mixed = try await graph.apply(InteractionBatch([other, bystander, first]))
            try expect(mixed.inserted, 1, "inserted beside a conflict")
            try expect(mixed.alreadyPresent, 1, "of the two that have one id, the one that is stored")
            try expect(mixed.conflicts.map(\.event), [other], "of the two that have one id, the one that is not")
            try expect(
                try await graph.stored([first.id, bystander.id]).mapValues(\.event),
                [first.id: first, bystander.id: bystander], "stored")
            try expect(try await graph.statistics().interactions, 2, "counts")
        },
        GraphConformanceCase(
            "of two events of one batch with the same id the first is written, and the other reported"
        ) { _, graph in
            var samples = Samples(seed: 10)
            let first = samples.event(user: 1, product: 1)
            var second = first
            second.type = .purchase
            second.userID = 2
            let applied = try await graph.apply(InteractionBatch([first, second, first, second]))
            try expect(applied.inserted, 1, "inserted")
            try expect(applied.alreadyPresent, 0, "present already")
            try expect(applied.conflicts.map(\.event), [second, second], "conflicts")
            try expect(try await graph.history(HistoryQuery(userID: 1, limit: 9)).events, [first], "history")
            try expect(
                try await graph.statistics(), GraphStatistics(users: 1, products: 1, interactionsByType: [.view: 1]),
                "counts")
        },
        GraphConformanceCase(
            "an event that is written again with other defaults is the same event, and keeps the first"
        ) { _, graph in
            var samples = Samples(seed: 11)
            var first = samples.event(user: 1, product: 1)
            first.defaulted = [.eventTime, .userSession]
            var again = first
            again.time.microseconds += 1_000_000
            again.session = "assigned otherwise"
            _ = try await graph.apply(InteractionBatch([first]))
            try expect(
                try await graph.apply(InteractionBatch([again])), AppliedBatch(inserted: 0, alreadyPresent: 1),
                "writing it again")
            again.defaulted = []
            try expect(
                try await graph.apply(InteractionBatch([again])).conflicts.map(\.event), [again],
                "writing it with a time and a session of its own")
            try expect(try await graph.history(HistoryQuery(userID: 1, limit: 9)).events, [first], "history")
        },
        GraphConformanceCase("tells which events it has, and with which content") { _, graph in
            var samples = Samples(seed: 12)
            let (full, bare) = (try samples.fullEvent(user: 1), samples.event(user: 2, product: 1))
            _ = try await graph.apply(InteractionBatch([full, bare]))
            let unknown = samples.event(user: 1, product: 1).id
            let stored = try await graph.stored([full.id, unknown, bare.id, full.id])
            try expect(stored.mapValues(\.event), [full.id: full, bare.id: bare], "stored")
            try expect(stored.values.map(\.fields), [.all, .all], "fields")
            try expect(try await graph.stored([]), [:], "of no ids")
        },
        GraphConformanceCase("counts the users, products and types of the events") { _, graph in
            var samples = Samples(seed: 5)
            let events = samples.events(200, users: 9, products: 30)
            _ = try await graph.apply(InteractionBatch(events))
            let expected = GraphStatistics(
                users: Set(events.map(\.userID)).count, products: Set(events.map(\.productID)).count,
                interactionsByType: Dictionary(events.map { ($0.type, 1) }, uniquingKeysWith: +))
            try expect(try await graph.statistics(), expected, "counts")
        },
        GraphConformanceCase(
            "a history is newest first, events of one moment by id, in pages, filtered by type on request"
        ) {
            _, graph in
            var samples = Samples(seed: 6)
            let events = samples.events(150, users: 2)
            _ = try await graph.apply(InteractionBatch(events))
            for type in [nil] + EventType.allCases.map(Optional.some) {
                let expected = events.filter { $0.userID == 1 && (type == nil || $0.type == type) }
                    .sorted { ($0.time, $0.id) > ($1.time, $1.id) }
                for limit in [1, 7, expected.count, expected.count + 1] where limit > 0 {
                    var seen: [Event] = []
                    var query = HistoryQuery(userID: 1, limit: limit, type: type)
                    repeat {
                        let page = try await graph.history(query)
                        guard page.events.count <= limit, seen.count <= expected.count else {
                            throw ConformanceFailure("\(page.events.count) events in a page of \(limit)")
                        }
                        seen += page.events
                        query.after = page.next
                    } while query.after != nil
                    try expect(seen, expected, "history of \(type?.rawValue ?? "all") by \(limit)")
                }
            }
        },
        GraphConformanceCase("a position in a history stays valid while events are added before and after it") {
            _, graph in
            var samples = Samples(seed: 7)
            let old = (0..<6).map { samples.event(user: 1, product: 1, seconds: $0 * 10) }
            _ = try await graph.apply(InteractionBatch(old))
            let first = try await graph.history(HistoryQuery(userID: 1, limit: 3))
            try expect(first.events, Array(old.reversed().prefix(3)), "first page")
            let newer = samples.event(user: 1, product: 1, seconds: 60)
            let older = samples.event(user: 1, product: 1, seconds: 5)
            _ = try await graph.apply(InteractionBatch([newer, older]))
            let second = try await graph.history(HistoryQuery(userID: 1, limit: 9, after: first.next))
            try expect(second.events, [old[2], old[1], older, old[0]], "second page")
        },
        GraphConformanceCase("several stores on one graph write the same events at once, each event once") {
            factory, graph in
            var samples = Samples(seed: 8)
            let events = samples.events(400)
            let shares = (0..<3).map { _ in samples.batches(samples.shuffled(events)) }
            let inserted = try await withThrowingTaskGroup(of: Int.self) { group in
                for batches in shares {
                    group.addTask {
                        let own = try await factory.graph()
                        var inserted = 0
                        do {
                            for batch in batches { inserted += try await own.applyPatiently(batch).inserted }
                        } catch {
                            await own.close()
                            throw error
                        }
                        await own.close()
                        return inserted
                    }
                }
                return try await group.reduce(0, +)
            }
            try expect(inserted, events.count, "inserted by all together")
            try expect(try await graph.statistics().interactions, events.count, "interactions")
        },
        GraphConformanceCase("written events are there when the graph is opened again") { factory, graph in
            var samples = Samples(seed: 9)
            let event = samples.event(user: 1, product: 1)
            _ = try await graph.apply(InteractionBatch([event]))
            await graph.close()
            let next = try await factory.graph()
            let history = try await next.history(HistoryQuery(userID: 1, limit: 1)).events
            await next.close()
            try expect(history, [event], "history")
        },
        GraphConformanceCase("a closed graph throws an error that says so") { _, graph in
            await graph.close()
            await graph.close()
            do {
                _ = try await graph.statistics()
                throw ConformanceFailure("a closed graph answered")
            } catch let error as StoreError {
                try expect(error.code, .closed, "code")
            }
        },
    ]

    init(
        _ name: String, _ body: @escaping @Sendable (any GraphFactory, any GraphStore) async throws -> Void
    ) {
        description = name
        self.body = body
    }
}

extension GraphStore {
    /// Repeats transient failures, as workers do.
    func applyPatiently(_ events: [Event]) async throws(StoreError) -> AppliedBatch {
        for _ in 0..<50 {
            do throws(StoreError) {
                return try await apply(InteractionBatch(events))
            } catch {
                guard error.code == .transient else { throw error }
            }
        }
        return try await apply(InteractionBatch(events))
    }
}
