import BoltClient
import BoltWire
import EventLoops
import Synchronization
import TestSupport
import Testing

@Suite("A connection to a server") struct ConnectionTests {
    private static let hint: Answer = .success(["hints": ["connection.recv_timeout_seconds": 4]])

    @Test("a server that works for longer than it may be silent, and says so, is waited for")
    func signsOfLife() async throws {
        try await ScriptedServer.with { message, _ in
            switch message.name {
            case "HELLO": Self.hint
            case "RUN":
                .own { peer in
                    for _ in 0..<5 {
                        try await Task.sleep(for: .seconds(1))
                        try await peer.send(raw: [0, 0])
                    }
                    try await peer.send(messages: [.message(.success(["fields": ["n"]]))])
                }
            default: nil
            }
        } _: { server in
            let driver = try server.driver()
            _ = try await driver.execute("long")
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }

    @Test("while a request is still being sent, the server's silence is none")
    func slowReader() async throws {
        try await ScriptedServer.with { message, _ in
            switch message.name {
            case "HELLO": Self.hint
            case "LOGON":
                .own { peer in
                    try await peer.send(messages: [.message(.success())])
                    try await Task.sleep(for: .seconds(6))
                    // Read as bytes: taking them apart costs a busy machine more than the client waits for.
                    var count = 0
                    while count < 12 << 20, let bytes = try await peer.connection.read() { count += bytes.count }
                    try await peer.send(
                        messages: [.message(.success(["fields": ["n"]])), .message(.success())])
                    while try await peer.connection.read() != nil {}
                }
            default: nil
            }
        } _: { server in
            let driver = try server.driver()
            _ = try await driver.execute(Self.large)
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }

    @Test("a server that takes nothing is given up after the time for that, one that takes little by little is not")
    func sendTimeout() async throws {
        try await ScriptedServer.with { message, connection in
            guard message.name == "LOGON" else { return nil }
            return .own { peer in
                try await peer.send(messages: [.message(.success())])
                if connection == 1 { await Latch<Void>().wait() }
                // Beyond the time, at every tick a little.
                for _ in 0..<20 {
                    try await Task.sleep(for: .milliseconds(100))
                    _ = try await peer.connection.read(upTo: 512 << 10)
                }
                peer.connection.reset()
            }
        } _: { server in
            let driver = try server.driver { $0.sendTimeout = .seconds(1) }
            let stuck = await failure { _ = try await driver.execute(Self.large) }
            #expect(stuck?.code == .timedOut)
            #expect(stuck?.message.contains("takes nothing") == true, "\(String(describing: stuck))")
            let broken = await failure { _ = try await driver.execute(Self.large) }
            #expect(broken?.code == .connectionLost, "\(String(describing: broken))")
            await driver.close()
        }
    }

    /// Far more than the system keeps for a reader, and less than the scripted server refuses.
    private static let large = BoltQuery("large", ["b": .bytes([UInt8](repeating: 7, count: 12 << 20))])

    @Test(
        "a caller that is cancelled at any step ends its connection, over which nothing more is sent",
        arguments: ["BEGIN", "RUN", "PULL", "COMMIT", "RESET", "ROUTE"])
    func cancellation(_ step: String) async throws {
        try await ScriptedServer.with { message, connection in
            connection == 1 && message.name == step ? .silence : nil
        } _: { server in
            let driver = try server.driver(step == "ROUTE" ? "neo4j" : "bolt") { $0.connectTimeout = .seconds(2) }
            let task = Task {
                try await driver.transaction { transaction throws(BoltError) in
                    try await transaction.execute(BoltQuery("write"))
                    if step == "RESET" { throw BoltError(.misuse, "my own") }
                }
            }
            try await eventually("\(step) arrives") { server.messages.contains(step) }
            task.cancel()
            let error = await failure { _ = try await task.value }
            #expect(error?.code == (step == "RESET" ? .misuse : .closed), "\(String(describing: error))")
            #expect(error?.isOutcomeUnknown == (step == "COMMIT"))
            if step != "ROUTE" {
                _ = try await driver.execute("next")
                #expect(server.connectionCount == 2)
                let first = server.messages(of: 1)
                let allowed = step == "BEGIN" ? ["BEGIN", "RUN", "PULL"] : step == "RUN" ? ["RUN", "PULL"] : [step]
                #expect(Array(first.drop { $0 != step }) == allowed)
            }
            await driver.close()
        }
    }

    private static let deadlock = "Neo.TransientError.Transaction.DeadlockDetected"

    @Test(
        "a repetition that the time does not allow is not waited for, and a caller that is cancelled does not wait for one",
        .timeLimit(.minutes(5)), arguments: [false, true])
    func repetition(isCancelled: Bool) async throws {
        try await ScriptedServer.with { message, _ in
            message.name == "RUN" ? .failure(Self.deadlock) : nil
        } _: { server in
            let driver = try server.driver {
                $0.retryBackoff = Backoff(initial: .seconds(3_600), maximum: .seconds(3_600))
                if isCancelled { $0.retryTimeout = .seconds(100_000) }
            }
            let task = Task<Void, any Error> {
                try await driver.transaction { transaction throws(BoltError) in
                    _ = try await transaction.execute(BoltQuery("write"))
                }
            }
            try await eventually("the failure is told") { server.messages.contains("RESET") }
            if isCancelled { task.cancel() }
            let error = await failure { _ = try await task.value }
            // Before the wait or in it.
            let isEnded = error?.failure?.code == Self.deadlock || isCancelled && error?.code == .closed
            #expect(isEnded, "\(String(describing: error))")
            #expect(server.count("RUN") == 1)
            await driver.close()
        }
    }

    @Test("in a pipeline, a query with more records than the caller wants to hold is told, and the others are done")
    func pipelineBound() async throws {
        let asked = Mutex<[String]>([])
        try await ScriptedServer.with { message, _ in
            if let query = message.query { asked.withLock { $0.append(query) } }
            guard message.query == "many" else { return message.name == "PULL" ? .success() : nil }
            return .own { peer in
                try await peer.send(messages: [.message(.success(["fields": ["n"]]))])
                guard case .message(let pull)? = try await peer.next(), pull.name == "PULL" else { return }
                let records = (0..<1_000).map { ServerMessage.message(.record([.integer($0)])) }
                try await peer.send(messages: records + [.message(.success())])
            }
        } _: { server in
            let driver = try server.driver()
            let outcomes = try await driver.pipeline(
                [BoltQuery("few"), BoltQuery("many"), BoltQuery("few")], atMost: 10)
            let failed = outcomes.map { outcome -> BoltError.Code? in
                if case .failure(let error) = outcome { error.code } else { nil }
            }
            #expect(failed == [nil, .tooManyRecords, nil])
            #expect(asked.withLock { $0 } == ["few", "many", "few"])
            #expect(server.connectionCount == 1)
            await driver.close()
        }
    }
}
