import Glibc
import HTTPServer
import Testing

/// Numbers of connections at which servers have stumbled: the library takes events from the system by 128.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ConnectionCountTests {
    /// 2,000, or as many as this process may open when both ends of each are in it.
    static let many: Int = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 200 }
        // The server holds itself below three quarters; other tests have sockets, too.
        return max(130, min(2_000, Int(clamping: limit.rlim_cur) / 3 - 200))
    }()

    @Test("each of so many kept connections is served, again and again", arguments: [127, 128, 129, 256, many])
    func kept(count: Int) async throws {
        try await withServer(handler: echo) { server in
            let clients = try (0..<count).map { _ in try server.connect() }
            for round in 0..<5 {
                // All at once: each has sent before the first one reads.
                for (number, client) in clients.enumerated() {
                    try await client.send("POST /\(round) HTTP/1.1", body: "\(number)")
                }
                for (number, client) in clients.enumerated() {
                    try #require(try await client.answer().text == "POST /\(round) \(number)")
                }
            }
            #expect(await server.statistics.openConnections == count)
            #expect(await server.statistics.acceptedConnections == count)
            #expect(await server.statistics.refusedConnections == 0)
            #expect(await server.statistics.servedRequests == 5 * count)
        }
    }

    @Test("so many connections can wait for their handlers, and all are answered", arguments: [128, 129, many])
    func waiting(count: Int) async throws {
        let gate = Latch()
        try await withServer(handler: { request in
            await gate.wait()
            return await echo(request)
        }) { server in
            let clients = try (0..<count).map { _ in try server.connect() }
            for (number, client) in clients.enumerated() { try await client.send("GET /\(number) HTTP/1.1") }
            try await server.eventually("all handlers") { $0.runningHandlers == count }
            gate.open()
            for (number, client) in clients.enumerated() {
                try #require(try await client.answer().text == "GET /\(number) ")
            }
        }
    }

    @Test("so many streams get what is sent to all", arguments: [128, 129, many])
    func streams(count: Int) async throws {
        let steps = [Latch(), Latch(), Latch()]
        try await withServer(handler: { _ in
            .serverSentEvents { writer in
                for (number, step) in steps.enumerated() {
                    await step.wait()
                    try await writer.send(HTTPServerSentEvent(data: "\(number)"))
                }
                await Latch().wait()
            }
        }) { server in
            let clients = try (0..<count).map { _ in try server.connect() }
            for client in clients { try await client.send("GET /a HTTP/1.1") }
            for client in clients { _ = try await client.head() }
            for (number, step) in steps.enumerated() {
                step.open()
                for client in clients {
                    try #require(try await client.chunks(until: "\n\n") == "data: \(number)\n\n")
                }
            }
            #expect(await server.statistics.openStreams == count)
        }
    }

    @Test("so many connections, a request each, leave nothing behind", arguments: [5_000])
    func oneByOne(count: Int) async throws {
        try await withServer(handler: echo) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<(count / 8) {
                            let client = try server.connect()
                            try await client.send("GET /a HTTP/1.1")
                            try #require(try await client.answer().text == "GET /a ")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await server.eventually("no connection") { $0.openConnections == 0 }
            #expect(await server.statistics.acceptedConnections == count)
        }
    }
}
