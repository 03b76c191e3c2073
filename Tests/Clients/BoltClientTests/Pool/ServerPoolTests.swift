import BoltClient
import BoltWire
import Connections
import EventLoops
import Synchronization
import TestSupport
import Testing

@Suite("The connections to one server") struct ServerPoolTests {
    /// Where a server, or what the login comes from, stops answering.
    enum Stop: String, CaseIterable, Sendable {
        case handshake, halfHandshake, hello, logon, tls, provider
    }

    @Test(
        "a peer that stops at any step of a connect is given up in one time for all of them, and costs no place",
        .timeLimit(.minutes(5)), arguments: Stop.allCases)
    func deadline(_ stop: Stop) async throws {
        try await ScriptedServer.with { message, _ in
            message.name == stop.rawValue.uppercased() ? .silence : nil
        } _: { server in
            let mute = try LoopbackListener()
            let connects = Mutex(0)
            let answering = Task {
                while let connection = try? await mute.accept() {
                    connects.withLock { $0 += 1 }
                    if stop == .halfHandshake { try await connection.write([0, 0]) }
                    while try await connection.read() != nil {}
                }
            }
            let port = [.hello, .logon, .provider].contains(stop) ? server.port : mute.port
            var configuration = try BoltURI.parse("\(stop == .tls ? "bolt+s" : "bolt")://127.0.0.1:\(port)")
            configuration.connectTimeout = .milliseconds(300)
            configuration.pool.members = 1
            configuration.pool.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(1))
            if stop == .provider {
                configuration.authenticate { () throws(BoltError) in
                    connects.withLock { $0 += 1 }
                    await Latch<Void>().wait()
                    return .none
                }
            }
            let driver = BoltDriver(configuration)
            // The only place is free again for the second connect.
            try await eventually("two connects") {
                let error = await failure { _ = try await driver.execute("RETURN 1") }
                #expect(error?.code == .timedOut, "\(String(describing: error))")
                #expect(error?.isOutcomeUnknown == false)
                return max(connects.withLock { $0 }, server.connectionCount) >= 2
            }
            await driver.close()
            answering.cancel()
            mute.close()
        }
    }

    @Test("a thousand failed connects cost no place: both places of a pool of two are there afterwards")
    func failedConnects() async throws {
        let both = Latch<Void>()
        let arrived = Mutex(0)
        try await ScriptedServer.with { message, connection in
            if message.name == "HELLO", connection <= 1_000 { return .cut }
            guard message.name == "RUN" else { return nil }
            return .wait {
                // Answered when both queries are here, each on a connection of its own.
                if arrived.next() == 2 { both.set(()) }
                await both.wait()
            }
        } _: { server in
            let driver = try server.driver {
                $0.pool.members = 2
                $0.pool.backoff = Backoff(initial: .microseconds(1), maximum: .microseconds(1))
            }
            while server.connectionCount < 1_000 {
                async let one = failure { _ = try await driver.execute("RETURN 1") }
                async let two = failure { _ = try await driver.execute("RETURN 1") }
                if await (one, two) == (nil, nil) { break }
            }
            async let one = driver.execute(BoltQuery("RETURN 1"), isIdempotent: true)
            async let two = driver.execute(BoltQuery("RETURN 1"), isIdempotent: true)
            _ = try await (one, two)
            #expect((1_002...1_003).contains(server.connectionCount))
            await driver.close()
        }
    }

    @Test("callers that are cancelled while they wait for the only connection take nothing with them")
    func cancelledWaiters() async throws {
        let end = Latch<Void>()
        try await ScriptedServer.with { message, _ in
            message.query == "slow" ? .wait { await end.wait() } : nil
        } _: { server in
            let driver = try server.driver { $0.pool.members = 1 }
            let slow = Task { try await driver.execute("slow") }
            try await eventually("the query arrives") { server.messages.contains("RUN") }
            for _ in 0..<20 {
                let waiting = Task { try await driver.execute("never") }
                waiting.cancel()
                #expect(await failure { _ = try await waiting.value }?.code == .closed)
            }
            end.set(())
            _ = try await slow.value
            _ = try await driver.execute("next")
            #expect(server.connectionCount == 1)
            #expect(server.count("RUN") == 2)
            await driver.close()
        }
    }

    @Test("an idle connection whose server does not answer any more is replaced, and the server stays in the table")
    func deadIdleConnection() async throws {
        try await ScriptedServer.with(count: 2) { place, message, connection in
            place == 1 && message.name == "RESET" && connection == 1 ? .silence : nil
        } _: { servers in
            try await ScriptedServer.withRouter(to: servers[1].address) { router in
                let driver = try router.driver("neo4j") {
                    $0.pool.idleCheck = .zero
                    $0.connectTimeout = .milliseconds(500)
                }
                for _ in 0..<2 { _ = try await driver.execute("RETURN 1") }
                #expect(servers[1].messages(of: 1) == ["HELLO", "LOGON", "RUN", "PULL", "RESET"])
                #expect(servers[1].messages(of: 2) == ["HELLO", "LOGON", "RUN", "PULL"])
                #expect(router.count("ROUTE") == 1)
                await driver.close()
            }
        }
    }

    @Test(
        "a RESET that is answered with anything but success ends the connection, which nobody gets again",
        .timeLimit(.minutes(5)), arguments: [BoltStructure.failure("Neo.DatabaseError.General.UnknownError"), .ignored])
    func failedReset(_ answer: BoltStructure) async throws {
        try await ScriptedServer.with { message, connection in
            switch message.name {
            case "RESET": .send([answer])
            case "RUN" where connection == 1: .failure("Neo.ClientError.Statement.SyntaxError")
            default: nil
            }
        } _: { server in
            let driver = try server.driver()
            #expect(await failure { _ = try await driver.execute("bad") }?.code == .failed)
            _ = try await driver.execute("good")
            #expect(server.connectionCount == 2)
            #expect(server.count("RESET") == 1)
            await driver.close()
        }
    }

    @Test(
        "whoever throws in a transaction does not wait for a server that has fallen silent, even where nothing else bounds it",
        .timeLimit(.minutes(5)))
    func silentRollback() async throws {
        try await ScriptedServer.with { message, connection in
            message.name == "RESET" && connection == 1 ? .silence : nil
        } _: { server in
            let driver = try server.driver {
                $0.receiveTimeout = nil
                $0.connectTimeout = .milliseconds(500)
            }
            let own = BoltError(.misuse, "my own")
            let thrown = await failure {
                try await driver.transaction { transaction throws(BoltError) in
                    try await transaction.execute(BoltQuery("write"))
                    throw own
                }
            }
            #expect(thrown == own)
            _ = try await driver.execute("next")
            #expect(server.connectionCount == 2)
            await driver.close()
        }
    }

    @Test("a server whose connections are all in use keeps its place in the table")
    func exhausted() async throws {
        let end = Latch<Void>()
        try await ScriptedServer.with { message, _ in
            message.query == "slow" ? .wait { await end.wait() } : nil
        } _: { server in
            try await ScriptedServer.withRouter(to: server.address) { router in
                let driver = try router.driver("neo4j") {
                    $0.pool.members = 1
                    $0.acquisitionTimeout = .seconds(2)
                }
                let slow = Task { try await driver.execute("slow") }
                try await eventually("the query arrives") { server.messages.contains("RUN") }
                let error = await failure { _ = try await driver.execute("too many") }
                #expect(error?.code == .timedOut)
                #expect(error?.message.contains("came free in time") == true, "\(String(describing: error))")
                end.set(())
                _ = try await slow.value
                _ = try await driver.execute("next")
                #expect(router.count("ROUTE") == 1)
                #expect(server.connectionCount == 1)
                await driver.close()
            }
        }
    }

    @Test("the server that works least is taken, however many idle connections the others have")
    func leastWork() async throws {
        let end = Latch<Void>()
        try await ScriptedServer.with(count: 2) { _, message, _ in
            message.query == "slow" ? .wait { await end.wait() } : nil
        } _: { servers in
            try await ScriptedServer.withRouter(to: servers[0].address, servers[1].address) { router in
                let driver = try router.driver("neo4j") {
                    $0.pool.members = 1
                    $0.acquisitionTimeout = .seconds(20)
                }
                // Each of the two has a connection afterwards.
                let first = Task { try await driver.execute("slow") }
                try await eventually("one works") { servers.contains { $0.messages.contains("RUN") } }
                _ = try await driver.execute("quick")
                #expect(servers.map(\.connectionCount) == [1, 1])
                end.set(())
                _ = try await first.value

                try await driver.transaction { transaction throws(BoltError) in
                    try await transaction.execute(BoltQuery("one"))
                    // The other one is free.
                    _ = try await driver.execute(BoltQuery("two"))
                }
                #expect(servers.map(\.connectionCount) == [1, 1])
                await driver.close()
            }
        }
    }

    @Test("what is asked for a login is asked at each connect, and again when a token has expired")
    func renewedToken() async throws {
        let asked = Mutex(0)
        try await ScriptedServer.with { message, connection in
            message.name == "RUN" && connection == 1 ? .failure("Neo.ClientError.Security.TokenExpired") : nil
        } _: { server in
            let driver = try server.driver {
                $0.authenticate { () throws(BoltError) in
                    .bearer("token \(asked.next())")
                }
            }
            _ = try await driver.execute(BoltQuery("RETURN 1"), isIdempotent: true)
            #expect(asked.withLock { $0 } == 2)
            #expect(server.connectionCount == 2)
            await driver.close()
        }
    }

    @Test("a fixed token that has expired is told and not tried again")
    func fixedToken() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "RUN" ? .failure("Neo.ClientError.Security.TokenExpired") : nil
        } _: { server in
            let driver = try server.driver { $0.authenticate(with: .bearer("token")) }
            let error = await failure { _ = try await driver.execute(BoltQuery("RETURN 1"), isIdempotent: true) }
            #expect(error?.code == .accessRefused)
            #expect(server.count("RUN") == 1)
            await driver.close()
        }
    }
}
