import BoltClient
import BoltWire
import Events
import Stores
import TestSupport
import Testing

@testable import Neo4jGraph

extension Neo4jServerTests {
    @Suite("The constraints of a graph") struct GraphSchemaTests {
        /// Something in a graph that keeps a constraint from being made.
        enum Obstacle: String, CaseIterable, CustomTestStringConvertible {
            case users = "two nodes for one user"
            case index = "an index of the shop's own"
            case name = "another constraint under our name"
            case indexName = "an index under our name"

            var testDescription: String { rawValue }

            var making: String {
                switch self {
                case .users: "CREATE (:User {user_id: 5, name: 'a'}), (:User {user_id: 5, name: 'b'})"
                case .index: "CREATE INDEX shop_users FOR (u:User) ON (u.user_id)"
                case .name: "CREATE CONSTRAINT user_id_unique FOR (u:Customer) REQUIRE u.mail IS UNIQUE"
                case .indexName: "CREATE INDEX interacted_event_id_unique FOR (u:Customer) ON (u.mail)"
                }
            }

            var mending: String {
                switch self {
                case .users: "MATCH (u:User {name: 'b'}) DELETE u"
                case .index: "DROP INDEX shop_users"
                case .name: "DROP CONSTRAINT user_id_unique"
                case .indexName: "DROP INDEX interacted_event_id_unique"
                }
            }

            /// A part of what the error tells people to do.
            var remedy: String {
                switch self {
                case .users: "merge the nodes that have the same id"
                case .index: "DROP INDEX"
                case .name: "names user_id_unique; drop or rename them"
                case .indexName: "drop or rename what has that name"
                }
            }
        }

        @Test(
            "that cannot be made: the store is unavailable, says what to do, keeps what is there, and works once it is done",
            arguments: Obstacle.allCases.filter { Neo4j.isReal || $0 == .users })
        func obstacles(_ obstacle: Obstacle) async throws {
            let node = try await Neo4jServerTests.emptyNode()
            try await node.run(obstacle.making)
            let before = try await node.run("MATCH (n) RETURN n ORDER BY elementId(n)")
            let event = Shop.Interaction(user: 1, product: 1, type: .view, second: 0).event
            try await node.withStore { store async throws in
                for _ in 1...2 {
                    let error = await #expect(throws: StoreError.self) {
                        try await store.apply(InteractionBatch([event]))
                    }
                    #expect(error?.code == .unavailable, "no event is to blame")
                    // ArcadeDB has other codes for it.
                    let remedy = Neo4j.isReal ? obstacle.remedy : "cannot be made"
                    #expect(error?.message.contains(remedy) == true, "\(error?.message ?? "")")
                    #expect(error?.message.contains("constraints cannot be made") == true)
                }
                #expect(try await node.run("MATCH (n) RETURN n ORDER BY elementId(n)") == before)
                try await node.run(obstacle.mending)
                #expect(try await store.apply(InteractionBatch([event])).inserted == 1)
            }
        }

        @Test("are made again where the server came back without them")
        func again() async throws {
            let node = try await Neo4jNode.start()
            let names: Set = ["user_id_unique", "product_id_unique", "interacted_event_id_unique"]
            let events = (1...2).map { Shop.Interaction(user: $0, product: 1, type: .view, second: $0).event }
            try await node.withStore { store async throws in
                #expect(try await store.apply(InteractionBatch([events[0]])).inserted == 1)
                #expect(try await node.names(of: "CONSTRAINTS") == names)
                for name in names { try await node.run("DROP CONSTRAINT \(name)") }
                try await node.stop()
                let error = await #expect(throws: StoreError.self) {
                    try await store.apply(InteractionBatch([events[1]]))
                }
                #expect(error?.code == .unavailable)
                try await node.start()
                #expect(try await store.apply(InteractionBatch(events)) == AppliedBatch(inserted: 1, alreadyPresent: 1))
                #expect(try await node.names(of: "CONSTRAINTS") == names)
            }
        }
    }
}
