import Glibc
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Clients that take what they are sent slowly or not at all.
@Suite(.timeLimit(.minutes(5)))
struct StalledClientTests {
    @Test("a client that is stopped in the middle of a stream is cut off, and others are served meanwhile")
    func stoppedClient() async throws {
        let written = Atomic(0)
        let ended = Latch()
        try await withServer(
            { $0.timeouts.write = .seconds(2) },
            handler: { request in
                guard request.target == "/stream" else { return await echo(request) }
                return stream { writer in
                    defer { ended.open() }
                    while true {
                        try await writer.write([UInt8](repeating: 65, count: 10_000))
                        written.add(10_000, ordering: .relaxed)
                    }
                }
            }
        ) { server in
            let client = try HelperProcess(
                path: "/usr/bin/env",
                ["curl", "-sN", "--limit-rate", "20M", "-o", "/dev/null", "http://127.0.0.1:\(server.port)/stream"])
            try await server.eventually("a stream that flows") { _ in written.load(ordering: .relaxed) > 1_000_000 }
            client.send(signal: SIGSTOP)
            // The sockets' buffers are full soon; what is written beyond them would be held here.
            var requests = 0
            while !ended.isOpen {
                #expect(try await server.request("GET /a HTTP/1.1").text == "GET /a ")
                requests += 1
            }
            #expect(requests > 10)
            try await server.eventually("no stream") { $0.openStreams == 0 && $0.openConnections == 0 }
            client.send(signal: SIGKILL)
            _ = await client.exit()
        }
    }

    @Test("a client that reads byte by byte has no more time for an answer than a request may take")
    func slowReader() async throws {
        try await withServer(
            {
                $0.timeouts.write = .longerThanATest
                $0.timeouts.whole = .milliseconds(300)
            },
            handler: { _ in HTTPResponse(body: .bytes([UInt8](repeating: 65, count: 16 << 20))) }
        ) { server in
            let connection = try LoopbackConnection.connect(to: server.port, receiveBuffer: 4_096)
            try await connection.write(Array("GET /a HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
            let reading = Task {
                while true {
                    guard try await connection.read(upTo: 1) != nil else { return }
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            try await server.eventually("no connection") { $0.acceptedConnections == 1 && $0.openConnections == 0 }
            reading.cancel()
            _ = await reading.result
        }
    }
}
