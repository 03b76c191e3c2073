import BoltClient
import BoltWire
import Events
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("A graph that a shop has made") struct GraphAdoptionTests {
        typealias Interaction = Shop.Interaction

        /// Interactions of a shop with 4 users and 9 products, at times that differ.
        struct Stock {
            /// Written by the shop's workers, two of them twice: a redelivery.
            var worked: [Interaction] = []
            /// Written by the shop's import.
            var imported: [Interaction] = []
            /// Not written yet: for this pipeline.
            var events: [Interaction] = []

            init(seed: UInt64, count: Int = 48) {
                var random = SeededGenerator(seed: seed)
                for second in (0..<count).shuffled(using: &random) {
                    let user = Int.random(in: 1...4, using: &random)
                    let interaction = Interaction(
                        user: user, product: Int.random(in: 1...9, using: &random),
                        type: EventType.allCases.randomElement(using: &random) ?? .view,
                        second: second, session: "session-\(user)-\(second % 3)")
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: worked.append(interaction)
                    case 1: imported.append(interaction)
                    default: events.append(interaction)
                    }
                }
                worked[0].session = nil
                worked += worked.suffix(2)
            }

            var old: [Interaction] { worked + imported }

            func text(_ interaction: Interaction) -> String {
                interaction.time.shopText + (imported.contains(interaction) ? " UTC" : "")
            }
        }

        /// A page of a history without the ids of those that have none in the graph.
        private func outline(_ events: [Event]) -> [[String]] {
            events.map { ["\($0.userID)", "\($0.productID)", $0.type.rawValue, $0.session, "\($0.time)"] }
        }

        /// The history of a user in pages, as those that read it get it.
        private func history(
            _ user: Int, _ store: Neo4jGraphStore, limit: Int, type: EventType? = nil
        ) async throws -> [Event] {
            var events: [Event] = []
            var query = HistoryQuery(userID: Int64(user), limit: limit, type: type)
            repeat {
                let page = try await store.history(query)
                #expect(page.events.count <= limit)
                events += page.events
                query.after = page.next
            } while query.after != nil && events.count < 10_000
            return events
        }

        /// Compares everything that is read with what is known to be in the graph.
        ///
        /// - Returns: The histories of all users.
        @discardableResult
        private func check(
            _ all: [Interaction], of stock: Stock, _ shop: Shop, _ store: Neo4jGraphStore
        ) async throws -> [[Event]] {
            var histories: [[Event]] = []
            for user in 1...4 {
                let own = all.filter { $0.user == user }
                let whole = try await history(user, store, limit: 1_000)
                // The shop's null session is an empty one here.
                let expected = own.sorted { $0.second > $1.second }.map { interaction in
                    var event = interaction.event
                    event.session = interaction.session ?? ""
                    return event
                }
                #expect(outline(whole) == outline(expected), "history of \(user)")
                #expect(Set(whole.map(\.id)).count == whole.count, "each has an id of its own")
                for limit in user == 1 ? [1, 2, 3, own.count] : [4] {
                    #expect(try await history(user, store, limit: limit) == whole, "by \(limit)")
                }
                for type in EventType.allCases {
                    #expect(
                        try await history(user, store, limit: 3, type: type) == whole.filter { $0.type == type },
                        "of type \(type)")
                }
                #expect(
                    try await shop.recommendations(for: user)
                        == Shop.recommendations(for: user, in: all, text: stock.text), "the shop's recommendations")
                let latest = own.map { (text: stock.text($0), product: $0.product) }
                    .sorted { ($0.text, -$0.product) > ($1.text, -$1.product) }.prefix(20)
                #expect(try await shop.latest(of: user) == latest.map { "\($0.text) \($0.product)" }, "its own pages")
                histories.append(whole)
            }
            let statistics = try await store.statistics()
            #expect(statistics.users == Set(all.map(\.user)).count)
            #expect(statistics.products == Set(all.map(\.product)).count)
            #expect(
                statistics.interactionsByType
                    == Dictionary(all.map { ($0.type, 1) }, uniquingKeysWith: +))
            return histories
        }

        @Test(
            "is read and written as it is; history, counts and the shop's own queries are right before and after adopting",
            arguments: [GraphShape?.none, .ledger])
        func takeover(_ shape: GraphShape?) async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            let stock = Stock(seed: 5)
            try await shop.makeSchema()
            try await shop.work(stock.worked)
            try await shop.importFile(stock.imported)
            try await node.withStore(shape: shape) { store async throws in
                try await check(stock.old, of: stock, shop, store)
                let events = InteractionBatch(stock.events.map(\.event))
                #expect(try await store.apply(events).inserted == stock.events.count)
                #expect(try await store.apply(events).alreadyPresent == stock.events.count)
                let all = stock.old + stock.events
                let before = try await check(all, of: stock, shop, store)
                let progress = try await store.adopt { _ in }
                #expect(progress == AdoptionProgress(adopted: stock.old.count, unreadable: 0))
                #expect(try await check(all, of: stock, shop, store) == before)
                #expect(try await store.adopt { _ in } == AdoptionProgress(), "nothing is left")
                // What the shop writes after it, its code goes on running.
                let late = Interaction(user: 1, product: 3, type: .cart, second: 500, session: "late")
                try await shop.work([late])
                try await check(all + [late], of: stock, shop, store)
            }
            let names = try await node.names(of: "CONSTRAINTS")
            let own = shape == .ledger ? "ledger_event_id_unique" : "interacted_event_id_unique"
            #expect(names == ["user_id_unique", "product_id_unique", "session_id_unique", own])
            #expect(
                try await node.names(of: "INDEXES") == Set(RangeIndex.all.map(\.name)).union(["event_type_index"]))
            #expect(
                try await node.number("MATCH (:User)-[h:HAS_SESSION]->(:Session) RETURN count(h)")
                    == Set(stock.imported.map { "\($0.user) \($0.session ?? "")" }).count)
        }

        @Test("keeps its constraints under the shop's own names")
        func names() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.run("CREATE CONSTRAINT shop_users FOR (u:User) REQUIRE u.user_id IS UNIQUE")
            try await node.run("CREATE CONSTRAINT shop_products FOR (p:Product) REQUIRE p.product_id IS UNIQUE")
            try await node.withStore { store async throws in
                let event = Interaction(user: 1, product: 1, type: .view, second: 0).event
                #expect(try await store.apply(InteractionBatch([event])).inserted == 1)
            }
            #expect(
                try await node.names(of: "CONSTRAINTS")
                    == ["shop_users", "shop_products", "interacted_event_id_unique"])
        }

        @Test("keeps interactions whose time cannot be read as they are, outside of histories, and counts them")
        func unreadable() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            try await shop.work((0..<3).map { Interaction(user: 1, product: $0, type: .view, second: $0) })
            try await node.write("MATCH ()-[r]->(:Product {product_id: 0}) SET r.event_time = 'yesterday'")
            try await node.write("MATCH ()-[r]->(:Product {product_id: 1}) SET r.event_time = null")
            try await node.withStore { store async throws in
                for adopted in [1, 0] {
                    #expect(
                        try await store.adopt { _ in } == AdoptionProgress(adopted: adopted, unreadable: 2))
                    #expect(try await history(1, store, limit: 10).map(\.productID) == [2])
                    #expect(try await store.statistics().interactions == 3)
                }
            }
            #expect(try await node.number("MATCH ()-[r {event_time: 'yesterday'}]->() RETURN size(keys(r))") == 2)
        }

        @Test("is adopted to its end by a second call where the first was interrupted, and read correctly in between")
        func interrupted() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            let stock = Stock(seed: 8)
            try await shop.work(stock.worked)
            try await shop.importFile(stock.imported)
            try await node.withStore { store async throws in
                let before = try await check(stock.old, of: stock, shop, store)
                let reading = store.reading
                let task = Task {
                    try await GraphAdoption(reading: reading, step: 7).run { _ in
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
                await #expect(throws: BoltError.self) { try await task.value }
                let left = try await node.number("MATCH ()-[r:INTERACTED]->() WHERE r.event_at IS NULL RETURN count(r)")
                #expect(left == stock.old.count - 7)
                #expect(try await check(stock.old, of: stock, shop, store) == before)
                #expect(try await store.adopt { _ in }.adopted == left)
                #expect(try await check(stock.old, of: stock, shop, store) == before)
            }
        }
    }
}
