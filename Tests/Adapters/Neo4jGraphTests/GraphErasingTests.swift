import BoltClient
import BoltWire
import Events
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("Erasing a user") struct GraphErasingTests {
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
                #expect(try await store.erase(userID: 1) == 2)
                #expect(try await store.erase(userID: 1) == 0)
                #expect(try await store.history(.init(userID: 2, limit: 9)) == before)
            }
            let sessions = try await node.run("MATCH (s:Session) RETURN s.session_id ORDER BY s.session_id")
            #expect(sessions == [["family tablet"], ["other"]])
            #expect(try await node.number("MATCH (:User)-[h:HAS_SESSION]->(:Session) RETURN count(h)") == 4)
            #expect(try await node.run("MATCH (u:User) RETURN u.user_id") == [[2]])
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
                #expect(try await GraphErasing(reading: store.reading, step: 5).erase(user: 1) == 25)
            }
            #expect(try await node.number("MATCH (n) WHERE NOT n:Product RETURN count(n)") == 0)
        }
    }
}
