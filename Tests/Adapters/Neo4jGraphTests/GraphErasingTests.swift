import BoltClient
import BoltWire
import EventLoops
import Events
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("Erasing a user") struct GraphErasingTests {
        private let time = Timestamp(microseconds: 1_767_225_600_000_000)

        @Test("takes the sessions that only this user has, and leaves those of others, and their histories")
        func sessions() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            try await shop.makeSchema()
            let shared = (1...2).map {
                Shop.Interaction(user: $0, product: 1, type: .view, second: $0, session: "family tablet")
            }
            let own = Shop.Interaction(user: 1, product: 2, type: .cart, second: 9, session: "own")
            let other = Shop.Interaction(user: 2, product: 2, type: .cart, second: 8, session: "other")
            try await shop.importFile(shared + [own, other])
            // Two importers that met.
            try await node.write("MATCH (u:User)-[:HAS_SESSION]->(s:Session) CREATE (u)-[:HAS_SESSION]->(s)")
            try await node.withStore { store async throws in
                let before = try await store.history(.init(userID: 2, limit: 9))
                #expect(try await store.erase(userID: 1, receivedUntil: time) == 2)
                #expect(try await store.erase(userID: 1, receivedUntil: time) == 0)
                #expect(try await store.history(.init(userID: 2, limit: 9)) == before)
            }
            let sessions = try await node.run("MATCH (s:Session) RETURN s.session_id ORDER BY s.session_id")
            #expect(sessions == [["family tablet"], ["other"]])
            #expect(try await node.number("MATCH (:User)-[h:HAS_SESSION]->(:Session) RETURN count(h)") == 4)
            #expect(try await node.run("MATCH (u:User) WHERE NOT u:ErasedUser RETURN u.user_id") == [[2]])
            #expect(try await node.number("MATCH (p:Product) RETURN count(p)") == 2, "products stay")
        }

        @Test("goes over more sessions and interactions than one transaction takes")
        func steps() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            let shop = Shop(node: node)
            try await shop.makeSchema()
            let sessions = (0..<25).map {
                Shop.Interaction(user: 1, product: $0 % 3, type: .view, second: $0, session: "\($0)")
            }
            try await shop.importFile(sessions)
            try await node.write("MATCH (u:User)-[:HAS_SESSION]->(s:Session) CREATE (u)-[:HAS_SESSION]->(s)")
            try await node.withStore { store async throws in
                #expect(
                    try await GraphErasing(reading: store.reading, most: 5).erase(user: 1, receivedUntil: time) == 25)
            }
            #expect(try await node.number("MATCH (n) WHERE NOT n:Product RETURN count(n)") == 1, "the tombstone")
        }

        @Test("takes larger steps while the server is quick, up to the most, and smaller ones where it is slow")
        func stepSizes() {
            var size = StepSize(most: 1_500)
            let sizes = [0.1, 0.9, 0.1, 1, 30, 0.1].map { seconds in
                size.adapt(to: .seconds(seconds))
                return size.value
            }
            #expect(sizes == [1_000, 1_500, 1_500, 750, 375, 750])
            var least = StepSize(most: 2)
            for _ in 0..<4 { least.adapt(to: .seconds(60)) }
            #expect(least.value == 1)
        }

        @Test("leaves a tombstone with the latest time, and nothing else that others had given to the user")
        func tombstone() async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.withStore { store async throws in
                let event = Event(
                    id: EventID(high: 1, low: 2), userID: 7, productID: 1, type: .view, session: "s", time: time)
                _ = try await store.apply(InteractionBatch([event]))
                try await node.write("MATCH (u:User) SET u.name = 'Ada' CREATE (u)-[:LIVES_IN]->(:City)")
                #expect(try await store.erase(userID: 7, receivedUntil: time) == 1)
                let earlier = Timestamp(microseconds: time.microseconds - 1)
                #expect(try await store.erase(userID: 7, receivedUntil: earlier) == 0)
                #expect(try await store.apply(InteractionBatch([event])) == AppliedBatch(erased: 1))
            }
            let found = try await node.run("MATCH (u:ErasedUser:User) RETURN u.user_id, u.erased_until, u.name")
            #expect(found == [[7, .integer(Int(time.microseconds)), .null]])
            #expect(try await node.number("MATCH (:User)-[r]-() RETURN count(r)") == 0)
        }

        private var event: Event {
            Event(id: EventID(high: 1, low: 2), userID: 7, productID: 1, type: .view, session: "s", time: time)
        }

        /// An event of before: of the same user, who is known then, or of another.
        private func earlier(isKnown: Bool) -> Event {
            var first = event
            if !isKnown { first.userID = 8 }
            first.id = EventID(high: 1, low: 1)
            return first
        }

        @Test(
            "waits for a transaction that has the user's node, and takes what that has written",
            .enabled(if: Neo4j.isReal, "needs Neo4j: ArcadeDB locks no nodes"), arguments: [false, true])
        func erasureWaits(isKnown: Bool) async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.withStore { store async throws in
                _ = try await store.apply(InteractionBatch([earlier(isKnown: isKnown)]))
                let write = WriteStatement(shape: .uniqueRelationships, events: [event]).query
                // Between the look at the tombstone and the first relationship nothing else would be locked.
                let look = BoltQuery(
                    WriteStatement.users + " RETURN count(*)",
                    ["rows": [["", 7, .null, .null, .null, .null, .null, .integer(Int(time.microseconds))]]])
                let erased = try await node.during(look, before: write) {
                    try await store.erase(userID: 7, receivedUntil: time)
                }
                #expect(erased == (isKnown ? 2 : 1))
                #expect(try await store.history(.init(userID: 7, limit: 9)).events == [])
            }
        }

        @Test(
            "lets no transaction write that has waited for it",
            .enabled(if: Neo4j.isReal, "needs Neo4j: ArcadeDB locks no nodes"), arguments: [false, true])
        func writerWaits(isKnown: Bool) async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.withStore { store async throws in
                _ = try await store.apply(InteractionBatch([earlier(isKnown: isKnown)]))
                let tombstone = BoltQuery(
                    GraphErasing.tombstone, ["user": 7, "until": .integer(Int(time.microseconds))])
                let applied = try await node.during(tombstone) { try await store.apply(InteractionBatch([event])) }
                #expect(applied == AppliedBatch(erased: 1))
            }
        }
    }
}

extension Neo4jNode {
    /// Runs `body` while a transaction with that query is open. Once something waits for it, the transaction runs another
    /// query and is committed.
    fileprivate nonisolated func during<Result: Sendable>(
        _ query: BoltQuery, before other: BoltQuery = BoltQuery("RETURN 1"),
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let driver = BoltDriver(try Neo4jConfiguration.of(self).bolt)
        let (began, end) = (Latch<Bool>(), Latch<Bool>())
        defer { end.set(true) }
        async let transaction: Void = driver.transaction { transaction throws(BoltError) in
            _ = try await transaction.execute(query)
            began.set(true)
            _ = await end.wait()
            _ = try await transaction.execute(other)
        }
        _ = await began.wait()
        async let result = body()
        let blocked = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*)"
        try await eventually("a transaction waits for another") { try await number(blocked) ?? 0 > 0 }
        end.set(true)
        try await transaction
        await driver.close()
        return try await result
    }
}
