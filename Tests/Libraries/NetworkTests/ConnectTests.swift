import EventLoops
import Network
import TestSupport
import Testing

@Suite("Connecting")
struct ConnectTests {
    @Test("a port where nobody listens is unreachable, and the text names it")
    func refused() async throws {
        let listener = try LoopbackListener()
        listener.close()
        let error = await failure(to: ByteStream.Endpoint(host: "127.0.0.1", port: listener.port))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("127.0.0.1:\(listener.port)") == true)
        #expect(error?.message.contains("Connection refused") == true, "\(String(describing: error))")
    }

    @Test("a name without an address is unreachable")
    func unknownName() async throws {
        let error = await failure(to: ByteStream.Endpoint(host: "nowhere.invalid", port: 1))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("nowhere.invalid") == true)
    }

    @Test("a server that takes no more connections: the time is up")
    func timeout() async throws {
        let hole = try await BlackHole()
        let error = await failure(to: hole.endpoint, timeout: .milliseconds(300))
        #expect(error?.code == .timedOut, "\(String(describing: error))")
    }

    @Test("a TLS server that says nothing: the time is up")
    func silentTLS() async throws {
        let listener = try LoopbackListener()
        let error = await failure(
            to: ByteStream.Endpoint(host: "127.0.0.1", port: listener.port, tls: TLSConfiguration()),
            timeout: .milliseconds(300))
        #expect(error?.code == .timedOut, "\(String(describing: error))")
    }

    @Test("cancelling ends it")
    func cancelling() async throws {
        let hole = try await BlackHole()
        let connecting = Task {
            try await ByteStream.connect(
                to: hole.endpoint, timeout: .seconds(600), executor: EventLoop(label: "test"))
        }
        try await Task.sleep(for: .milliseconds(20))
        connecting.cancel()
        #expect(await code(of: connecting) == .closed)
    }

    @Test("no time left is an error, not the library's default of minutes", arguments: [0, -5])
    func noTime(milliseconds: Int) async throws {
        let hole = try await BlackHole()
        let error = await failure(to: hole.endpoint, timeout: .milliseconds(milliseconds))
        #expect(error?.code == .timedOut)
    }

    @Test(
        "what is not a host name cannot change where the connection goes",
        arguments: ["", "a/b", "user@host", "host?x", "ho st", "host#", "[::1]", "a\u{0}b", "ä.example"])
    func invalidHost(host: String) async throws {
        #expect(await failure(to: ByteStream.Endpoint(host: host, port: 1))?.code == .failed)
    }

    @Test("the text of an IPv6 address has brackets")
    func ipv6() async throws {
        let listener = try LoopbackListener()
        listener.close()
        let error = await failure(to: ByteStream.Endpoint(host: "::1", port: listener.port))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("[::1]:\(listener.port)") == true, "\(String(describing: error))")
    }

    private func failure(
        to endpoint: ByteStream.Endpoint, timeout: Duration = .seconds(10)
    ) async -> NetworkError? {
        await #expect(throws: NetworkError.self) {
            _ = try await ByteStream.connect(
                to: endpoint, timeout: timeout, executor: EventLoop(label: "test"))
        }
    }
}

/// A port whose queue of connections is full: the system drops what comes.
private struct BlackHole {
    let endpoint: ByteStream.Endpoint
    private let listener: LoopbackListener
    private let taken: [ByteStream]

    init() async throws {
        let listener = try LoopbackListener(backlog: 0)
        let endpoint = ByteStream.Endpoint(host: "127.0.0.1", port: listener.port)
        var taken: [ByteStream] = []
        // The first that is not taken shows that the queue is full.
        while let stream = try? await ByteStream.connect(
            to: endpoint, timeout: .milliseconds(200), executor: EventLoop(label: "test"))
        {
            taken.append(stream)
        }
        self.listener = listener
        self.endpoint = endpoint
        self.taken = taken
    }
}
