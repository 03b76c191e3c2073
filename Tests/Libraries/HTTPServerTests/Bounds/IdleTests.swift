import EventLoops
import Glibc
import HTTPServer
import Testing

/// A server that has nothing to do does nothing: what the library makes easy to get wrong is a loop that spins while a
/// handler or a client is waited for.
@Suite(.timeLimit(.minutes(5)))
struct IdleTests {
    /// What keeps a connection waiting.
    enum Waiting: CaseIterable, Sendable {
        case silentStream, handler, handlerWithPipelinedRequest, handlerWithPipelinedFlood, nextRequest, halfHead
        case halfBody, fullSocket, refusedClient, halfClosedClient
    }

    @Test("nothing turns while a connection waits", arguments: Waiting.allCases)
    func idle(waiting: Waiting) async throws {
        let (reached, end) = (Latch(), Latch())
        try await withServer(
            { if waiting == .refusedClient { $0.maxConnections = 1 } },
            handler: { request in
                switch request.target {
                case "/stream":
                    return HTTPResponse(
                        body: .stream(
                            HTTPBodyStream { writer in
                                try await writer.write("a")
                                reached.open()
                                await Latch().wait()
                            }))
                case "/full":
                    return HTTPResponse(body: .bytes([UInt8](repeating: 65, count: 16 << 20)))
                case "/wait":
                    reached.open()
                    // Half-closed clients cancel it.
                    _ = await Task { await end.wait() }.value
                    return .text("")
                default:
                    return .text("")
                }
            }
        ) { server in
            let client = try server.connect(receiveBuffer: 4_096)
            let another = try await begin(waiting, client, server, reached)
            let clock = MonotonicClock.nanoseconds()
            let before = await processorTime(of: server.server)
            try await Task.sleep(for: .milliseconds(300))
            let used = await processorTime(of: server.server) - before
            let share = Double(used) / Double(MonotonicClock.nanoseconds() - clock)
            // A loop that turns uses all that it gets, a tenth at least on a busy machine.
            #expect(share < 0.05, "\(used / 1_000) us of the processor")
            end.open()
            client.close()
            another?.close()
        }
    }

    private func begin(
        _ waiting: Waiting, _ client: Client, _ server: TestServer, _ reached: Latch
    ) async throws -> Client? {
        let next = "GET /next HTTP/1.1\r\nHost: test\r\n\r\n"
        switch waiting {
        case .silentStream:
            try await client.send("GET /stream HTTP/1.1")
            await reached.wait()
        case .handler:
            try await client.send("GET /wait HTTP/1.1")
            await reached.wait()
        case .handlerWithPipelinedRequest:
            try await client.send(raw: "GET /wait HTTP/1.1\r\nHost: test\r\n\r\n" + next)
            await reached.wait()
        case .handlerWithPipelinedFlood:
            try await client.send("GET /wait HTTP/1.1")
            await reached.wait()
            try await client.send(raw: String(repeating: next, count: 1_000))
        case .nextRequest:
            try await client.send("GET /next HTTP/1.1")
            _ = try await client.answer()
        case .halfHead:
            try await client.send(raw: "GET /next HTTP/1.1\r\nHos")
        case .halfBody:
            try await client.send("POST /next HTTP/1.1\nContent-Length: 100000")
            try await client.send(raw: String(repeating: "x", count: 99_999))
            try await server.eventually("the body") { $0.bufferedBodyBytes == 99_999 }
        case .fullSocket:
            try await client.send("GET /full HTTP/1.1")
            _ = try await client.head()
        case .refusedClient:
            try await client.send("GET /next HTTP/1.1")
            _ = try await client.answer()
            let another = try server.connect()
            _ = try await another.head()
            return another
        case .halfClosedClient:
            try await client.send("GET /wait HTTP/1.1")
            await reached.wait()
            client.endOutput()
        }
        return nil
    }

    /// What the thread of a server's loop has used, in nanoseconds.
    private func processorTime(of server: HTTPServer) async -> Int {
        await withCheckedContinuation { continuation in
            server.executor.schedule {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                continuation.resume(returning: time.tv_sec * 1_000_000_000 + time.tv_nsec)
            }
        }
    }
}
