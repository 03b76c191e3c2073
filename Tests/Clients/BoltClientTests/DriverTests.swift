import BoltClient
import BoltWire
import Connections
import Synchronization
import TestSupport
import Testing

@Suite struct DriverTests {
    @Test("a connection is used again, and a failed query is followed by a RESET before the next one")
    func reuse() async throws {
        try await ScriptedServer.with { message, _ in
            message.query == "bad" ? .failure("Neo.ClientError.Statement.SyntaxError") : nil
        } _: { server in
            let driver = try server.driver()
            _ = try await driver.execute("good")
            let error = await failure { _ = try await driver.execute("bad") }
            #expect(error?.code == .failed)
            #expect(error?.failure?.code == "Neo.ClientError.Statement.SyntaxError")
            _ = try await driver.execute("good")
            await driver.close()
            // It is on its way when the driver is closed.
            try await eventually("the driver says good-bye") { server.messages.contains("GOODBYE") }
            #expect(server.connectionCount == 1)
            #expect(
                server.messages == [
                    "HELLO", "LOGON", "RUN", "PULL", "RUN", "PULL", "RESET", "RUN", "PULL", "GOODBYE",
                ])
        }
    }

    @Test("a result is read in pages, of which the next one is asked for when half of the last one is read")
    func pages() async throws {
        try await ScriptedServer.with { message, _ in
            guard message.name == "PULL" else { return nil }
            let records = (0..<10).map { BoltStructure.record([.integer($0)]) }
            return .send(records + [.success(["has_more": true])])
        } _: { server in
            let driver = try server.driver { $0.fetchSize = 10 }
            let count = try await driver.withResult(of: BoltQuery("many")) { result throws(BoltError) in
                var count = 0
                for try await record in result {
                    #expect(record["n"] == .integer(count % 10))
                    #expect(record["m"] == nil)
                    count += 1
                    if count == 35 { break }
                }
                return count
            }
            #expect(count == 35)
            // Four pages are read, a fifth is on its way; what is left is given up.
            let asked = server.messages.filter { $0 == "PULL" }.count
            #expect((4...6).contains(asked), "\(asked) pages")
            #expect(server.messages.contains("DISCARD"))
            await driver.close()
        }
    }

    @Test("a result that has more records than the caller wants to hold is given up, and the connection goes on")
    func tooManyRecords() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "PULL" ? .send([.record([1]), .record([2]), .success(["has_more": true])]) : nil
        } _: { server in
            let driver = try server.driver { $0.fetchSize = 2 }
            let error = await failure { _ = try await driver.execute(BoltQuery("many"), atMost: 3) }
            #expect(error?.code == .tooManyRecords)
            #expect(try await driver.greeting().agent == "Scripted/1.0")
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }

    @Test(
        "in a pipeline a failed query keeps none of the others from being done, each once, in order",
        arguments: [
            (6, ["1", "3"]),
            // More than are sent at once, with failures before and behind the middle of those.
            (250, ["0", "20", "100", "175", "249"]),
        ])
    func pipeline(_ count: Int, _ failing: [String]) async throws {
        let done = Mutex<[String]>([])
        try await ScriptedServer.with { message, _ in
            guard let query = message.query else { return nil }
            if failing.contains(query) { return .failure("Neo.ClientError.Statement.ArgumentError") }
            done.withLock { $0.append(query) }
            return nil
        } _: { server in
            let driver = try server.driver()
            let outcomes = try await driver.pipeline((0..<count).map { BoltQuery("\($0)") })
            let failed = outcomes.indices.filter { index in
                if case .failure = outcomes[index] { true } else { false }
            }
            #expect(failed.map { "\($0)" } == failing)
            #expect(done.withLock { $0 } == (0..<count).map { "\($0)" }.filter { !failing.contains($0) })
            await driver.close()
        }
    }

    @Test("a managed transaction is repeated after a deadlock, from its beginning, and committed once")
    func deadlock() async throws {
        let commits = Mutex(0)
        let runs = Mutex(0)
        try await ScriptedServer.with { message, _ in
            if message.name == "COMMIT" { commits.withLock { $0 += 1 } }
            guard message.name == "RUN" else { return nil }
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            return run < 3 ? .failure("Neo.TransientError.Transaction.DeadlockDetected") : nil
        } _: { server in
            let driver = try server.driver()
            let bodies = Mutex(0)
            try await driver.transaction { transaction throws(BoltError) in
                bodies.withLock { $0 += 1 }
                _ = try await transaction.execute(BoltQuery("write"))
            }
            #expect(bodies.withLock { $0 } == 3)
            #expect(commits.withLock { $0 } == 1)
            await driver.close()
        }
    }

    @Test("a failure that repeating does not mend is thrown at once, and so is the body's own; nothing is committed")
    func noRetry() async throws {
        try await ScriptedServer.with { message, _ in
            message.query == "bad" ? .failure("Neo.ClientError.Schema.ConstraintValidationFailed") : nil
        } _: { server in
            let driver = try server.driver()
            let error = await failure {
                _ = try await driver.transaction { transaction throws(BoltError) in
                    try await transaction.execute(BoltQuery("bad"))
                }
            }
            #expect(error?.failure?.code == "Neo.ClientError.Schema.ConstraintValidationFailed")
            let own = BoltError(.misuse, "my own")
            let thrown = await failure {
                try await driver.transaction { (_) throws(BoltError) -> Void in throw own }
            }
            #expect(thrown == own)
            #expect(!server.messages.contains("COMMIT"))
            #expect(server.messages.filter { $0 == "RUN" }.count == 1)
            await driver.close()
        }
    }

    @Test(
        "a connection that breaks behind COMMIT leaves the outcome open: told, and repeated only where that is harmless"
    )
    func lostCommit() async throws {
        try await ScriptedServer.with { message, connection in
            message.name == "COMMIT" && connection <= 2 ? .cut : nil
        } _: { server in
            let driver = try server.driver()
            let body: @Sendable (BoltTransaction) async throws(BoltError) -> Void = { transaction throws(BoltError) in
                _ = try await transaction.execute(BoltQuery("write"))
            }
            let error = await failure { try await driver.transaction { tx throws(BoltError) in try await body(tx) } }
            #expect(error?.code == .connectionLost)
            #expect(error?.isOutcomeUnknown == true)
            #expect(server.connectionCount == 1)
            try await driver.transaction(isIdempotent: true) { tx throws(BoltError) in try await body(tx) }
            #expect(server.connectionCount == 3)
            await driver.close()
        }
    }

    @Test("a query is sent with its BEGIN and COMMIT, without waiting for an answer between them")
    func wholeTransaction() async throws {
        try await ScriptedServer.with { message, _ in
            switch message.name {
            case "BEGIN", "RUN", "PULL": .send([])
            case "COMMIT":
                .send([
                    .success(), .success(["fields": []]), .success(["stats": ["relationships-created": 7]]), .success(),
                ])
            default: nil
            }
        } _: { server in
            let driver = try server.driver { $0.receiveTimeout = .seconds(10) }
            let summary = try await driver.transaction(BoltQuery("write"))
            #expect(summary.counters?.relationshipsCreated == 7)
            await driver.close()
        }
    }

    @Test("a query with its BEGIN and COMMIT is repeated as a whole after a deadlock, and refused with its own failure")
    func wholeTransactionFails() async throws {
        let runs = Mutex(0)
        try await ScriptedServer.with { message, _ in
            if message.query == "bad" { return .failure("Neo.ClientError.Schema.ConstraintValidationFailed") }
            guard message.name == "RUN" else { return nil }
            let isFirst = runs.withLock { runs in
                runs += 1
                return runs == 1
            }
            return isFirst ? .failure("Neo.TransientError.Transaction.DeadlockDetected") : nil
        } _: { server in
            let driver = try server.driver()
            try await driver.transaction(BoltQuery("write"))
            let whole = ["BEGIN", "RUN", "PULL", "COMMIT"]
            #expect(server.messages == ["HELLO", "LOGON"] + whole + ["RESET"] + whole)
            let error = await failure { try await driver.transaction(BoltQuery("bad"), isIdempotent: true) }
            #expect(error?.failure?.code == "Neo.ClientError.Schema.ConstraintValidationFailed")
            #expect(error?.isOutcomeUnknown == false)
            await driver.close()
        }
    }

    @Test(
        "a connection that breaks once COMMIT is sent leaves the outcome open, whatever was answered before",
        arguments: ["RUN", "COMMIT"])
    func lostWholeTransaction(_ name: String) async throws {
        try await ScriptedServer.with { message, connection in
            message.name == name && connection <= 2 ? .cut : nil
        } _: { server in
            let driver = try server.driver()
            let error = await failure { try await driver.transaction(BoltQuery("write")) }
            #expect(error?.code == .connectionLost)
            #expect(error?.isOutcomeUnknown == true)
            #expect(server.connectionCount == 1)
            try await driver.transaction(BoltQuery("write"), isIdempotent: true)
            #expect(server.connectionCount == 3)
            await driver.close()
        }
    }

    @Test("a server that falls silent is given up after the time that it told, and its connection is not used again")
    func silence() async throws {
        try await ScriptedServer.with { message, connection in
            switch message.name {
            case "HELLO": .success(["server": "s", "hints": ["connection.recv_timeout_seconds": 1]])
            case "RUN" where connection == 1: .silence
            default: nil
            }
        } _: { server in
            let driver = try server.driver()
            let error = await failure {
                _ = try await driver.execute(BoltQuery("slow"), TransactionOptions(mode: .read))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.isOutcomeUnknown == false)
            _ = try await driver.execute("quick")
            #expect(server.connectionCount == 2)
            await driver.close()
        }
    }

    @Test("a caller that is cancelled ends its connection, which nobody gets again")
    func cancellation() async throws {
        try await ScriptedServer.withEndlessQuery { server, driver, task in
            task.cancel()
            let error = await failure { _ = try await task.value }
            #expect(error?.code == .closed)
            _ = try await driver.execute("next")
            #expect(server.connectionCount == 2)
            await driver.close()
        }
    }

    @Test("a refused login is told in the server's words, and not tried again within five seconds")
    func refusedLogin() async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "LOGON" ? .failure("Neo.ClientError.Security.Unauthorized") : nil
        } _: { server in
            let driver = try server.driver()
            for _ in 0..<10 {
                let error = await failure { _ = try await driver.execute("RETURN 1") }
                #expect(error?.code == .accessRefused)
                #expect(error?.failure?.code == "Neo.ClientError.Security.Unauthorized")
            }
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }

    @Test("when an authorization has expired, the connections log on anew, and the call succeeds")
    func expiredAuthorization() async throws {
        try await ScriptedServer.with { message, connection in
            message.name == "RUN" && connection == 1 ? .failure("Neo.ClientError.Security.AuthorizationExpired") : nil
        } _: { server in
            let driver = try server.driver()
            try await driver.transaction { transaction throws(BoltError) in
                try await transaction.execute(BoltQuery("RETURN 1"))
            }
            #expect(server.connectionCount == 2)
            await driver.close()
        }
    }

    @Test("as many connections are made as the pool allows, and a caller that waits too long is told")
    func fullPool() async throws {
        try await ScriptedServer.withEndlessQuery {
            $0.pool.members = 1
            $0.acquisitionTimeout = .seconds(3)
        } _: { server, driver, task in
            let error = await failure { _ = try await driver.execute("RETURN 1") }
            #expect(error?.code == .timedOut)
            #expect(server.connectionCount == 1)
            task.cancel()
            _ = await failure { _ = try await task.value }
            await driver.close()
        }
    }

    @Test("closing tells those who wait and those who come later, and may be done twice")
    func closing() async throws {
        try await ScriptedServer.withEndlessQuery { server, driver, task in
            await driver.close()
            await driver.close()
            #expect(await failure { _ = try await task.value }?.code == .closed)
            #expect(await failure { _ = try await driver.execute("RETURN 1") }?.code == .closed)
        }
    }

    @Test("a parameter that cannot be sent is told, nothing is sent, and the connection goes on")
    func unencodable() async throws {
        try await ScriptedServer.with { server in
            let driver = try server.driver()
            let query = BoltQuery("RETURN 1") { writer in
                writer.map(count: 2)
                writer.string("one")
                writer.integer(1)
            }
            #expect(await failure { _ = try await driver.execute(query) }?.code == .unencodable)
            _ = try await driver.execute("RETURN 1")
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }
}
