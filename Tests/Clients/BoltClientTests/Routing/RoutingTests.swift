import BoltClient
import BoltWire
import Synchronization
import TestSupport
import Testing

@Suite struct RoutingTests {
    @Test("readers read and writers write, by a table that is asked for once")
    func roles() async throws {
        try await ScriptedServer.with { reader in
            try await ScriptedServer.with { writer in
                try await ScriptedServer.with { message, _ in
                    message.name == "ROUTE"
                        ? .table(routers: ["127.0.0.1:1"], readers: [reader.address], writers: [writer.address])
                        : nil
                } _: { router in
                    let driver = try router.driver("neo4j")
                    for _ in 0..<3 {
                        _ = try await driver.execute(BoltQuery("read"), TransactionOptions(mode: .read))
                        _ = try await driver.execute("write")
                    }
                    await driver.close()
                    #expect(router.messages.filter { $0 == "ROUTE" }.count == 1)
                    #expect(!router.messages.contains("RUN"))
                    #expect(reader.messages.filter { $0 == "RUN" }.count == 3)
                    #expect(writer.messages.filter { $0 == "RUN" }.count == 3)
                }
            }
        }
    }

    @Test("after a leader switch the old writer is asked once more at most, and the new one found by another table")
    func leaderSwitch() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "RUN" ? .failure("Neo.ClientError.Cluster.NotALeader") : nil
        } _: { old in
            try await ScriptedServer.with { new in
                let asked = Mutex(0)
                try await ScriptedServer.with { message, _ in
                    guard message.name == "ROUTE" else { return nil }
                    let count = asked.withLock { count in
                        count += 1
                        return count
                    }
                    let writer = count == 1 ? old.address : new.address
                    return .table(routers: ["127.0.0.1:1"], readers: [], writers: [writer])
                } _: { router in
                    let driver = try router.driver("neo4j")
                    try await driver.transaction { transaction throws(BoltError) in
                        try await transaction.execute(BoltQuery("write"))
                    }
                    await driver.close()
                    #expect(old.messages.filter { $0 == "RUN" }.count == 1)
                    #expect(new.messages.filter { $0 == "COMMIT" }.count == 1)
                    #expect(asked.withLock { $0 } == 2)
                }
            }
        }
    }

    @Test("a server that cannot be reached leaves the table, and the next one is used")
    func deadServer() async throws {
        try await ScriptedServer.with { living in
            try await ScriptedServer.with { message, _ in
                message.name == "ROUTE"
                    ? .table(routers: [living.address], readers: ["127.0.0.1:1", living.address], writers: []) : nil
            } _: { router in
                let driver = try router.driver("neo4j")
                for _ in 0..<2 { _ = try await driver.execute(BoltQuery("read"), TransactionOptions(mode: .read)) }
                await driver.close()
                #expect(living.messages.filter { $0 == "RUN" }.count == 2)
            }
        }
    }

    @Test("addresses that cannot be reached are named, with the way out")
    func unreachableAddresses() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "ROUTE"
                ? .table(routers: ["127.0.0.1:1"], readers: ["127.0.0.1:1"], writers: ["127.0.0.1:1"]) : nil
        } _: { router in
            let driver = try router.driver("neo4j")
            let error = await failure { _ = try await driver.execute("write") }
            #expect(error?.code == .noServer)
            #expect(error?.message.contains("use bolt:// in place of neo4j://") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("The cluster names 127.0.0.1:1;") == true, "\(error?.message ?? "")")
            await driver.close()
        }
    }

    @Test("a cluster without a writer still serves readers, and writers are told")
    func noWriter() async throws {
        try await ScriptedServer.with { reader in
            try await ScriptedServer.with { message, _ in
                message.name == "ROUTE"
                    ? .table(routers: ["127.0.0.1:1"], readers: [reader.address], writers: []) : nil
            } _: { router in
                let driver = try router.driver("neo4j")
                _ = try await driver.execute(BoltQuery("read"), TransactionOptions(mode: .read))
                let error = await failure { _ = try await driver.execute("write") }
                #expect(error?.code == .noServer)
                #expect(error?.isRetriable == true)
                await driver.close()
            }
        }
    }

    @Test("an unknown database is told at once, by the first server that is asked")
    func unknownDatabase() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "ROUTE" ? .failure("Neo.ClientError.Database.DatabaseNotFound") : nil
        } _: { router in
            let driver = try router.driver("neo4j")
            let error = await failure {
                _ = try await driver.execute(BoltQuery("write"), TransactionOptions(database: "nowhere"))
            }
            #expect(error?.failure?.code == "Neo.ClientError.Database.DatabaseNotFound")
            #expect(router.messages.filter { $0 == "ROUTE" }.count == 1)
            await driver.close()
        }
    }

    @Test("many callers who need the table at the same time ask for it once")
    func singleFlight() async throws {
        try await ScriptedServer.with { server in
            try await ScriptedServer.with { message, _ in
                message.name == "ROUTE"
                    ? .table(routers: ["127.0.0.1:1"], readers: [server.address], writers: [server.address]) : nil
            } _: { router in
                let driver = try router.driver("neo4j")
                await withDiscardingTaskGroup { group in
                    for _ in 0..<20 {
                        group.addTask { _ = await failure { _ = try await driver.execute("write") } }
                    }
                }
                await driver.close()
                #expect(router.messages.filter { $0 == "ROUTE" }.count == 1)
                #expect(server.messages.filter { $0 == "RUN" }.count == 20)
            }
        }
    }
}
