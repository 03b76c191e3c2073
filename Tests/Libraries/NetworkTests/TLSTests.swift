import EventLoops
import Network
import TestSupport
import Testing

@Suite("A byte stream over TLS")
struct TLSTests {
    @Test("goes both ways with the authority that signed", arguments: ["1.2", "1.3"])
    func rightAuthority(version: String) async throws {
        let server = try await TLSServer(.echo, version: version)
        let stream = try await connect(to: server)
        try await stream.send(Array("hello".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("hello".utf8))
    }

    @Test("another authority: refused")
    func wrongAuthority() async throws {
        let server = try await TLSServer(.echo)
        let other = try await Certificates.shared().otherAuthority
        let error = await #expect(throws: NetworkError.self) {
            try await connect(to: server, TLSConfiguration(certificateAuthorityFile: other))
        }
        #expect(error?.code == .tls)
        #expect(error?.message.contains("127.0.0.1:\(server.port)") == true)
        #expect(error?.message.contains("certificate") == true, "\(String(describing: error))")
    }

    @Test("the system's authorities, by default: refused")
    func defaultAuthorities() async throws {
        let server = try await TLSServer(.echo)
        let error = await #expect(throws: NetworkError.self) { try await connect(to: server, TLSConfiguration()) }
        #expect(error?.code == .tls)
    }

    @Test("a name that is not the certificate's: refused")
    func wrongName() async throws {
        let server = try await TLSServer(.echo)
        let error = await #expect(throws: NetworkError.self) { try await connect(to: server, host: "localhost") }
        #expect(error?.code == .tls, "\(String(describing: error))")
    }

    @Test("without verification any certificate will do")
    func unverified() async throws {
        let server = try await TLSServer(.echo)
        let stream = try await connect(to: server, TLSConfiguration(verifiesPeer: false), host: "localhost")
        try await stream.send([1])
        #expect(try await stream.receive(upTo: 10) == [1])
    }

    @Test("a file of authorities that does not exist is an error that says so")
    func missingFile() async throws {
        let server = try await TLSServer(.echo)
        let error = await #expect(throws: NetworkError.self) {
            try await connect(to: server, TLSConfiguration(certificateAuthorityFile: "/nowhere/ca.pem"))
        }
        #expect(error?.code == .tls)
        #expect(error?.message.contains("/nowhere/ca.pem") == true, "\(String(describing: error))")
    }

    @Test("shows the client's certificate to a server that wants one", arguments: ["1.2", "1.3"])
    func clientCertificate(version: String) async throws {
        let certificates = try await Certificates.shared()
        let server = try await TLSServer(.echo, clientAuthority: certificates.authority, version: version)
        let stream = try await connect(
            to: server,
            TLSConfiguration(
                certificateAuthorityFile: certificates.authority, certificateFile: certificates.client.both,
                keyFile: certificates.client.both))
        try await stream.send([1])
        #expect(try await stream.receive(upTo: 10) == [1])
    }

    @Test("a server that wants a client certificate and gets none: an error that says so", arguments: ["1.2", "1.3"])
    func noClientCertificate(version: String) async throws {
        let authority = try await Certificates.shared().authority
        let server = try await TLSServer(.echo, clientAuthority: authority, version: version)
        let error = await #expect(throws: NetworkError.self) {
            // With TLS 1.3 the handshake has succeeded for this side, and reading brings the bad news.
            let stream = try await connect(to: server)
            _ = try await stream.receive(upTo: 10)
        }
        // The server may also end the connection before its words are read.
        let codes: [NetworkError.Code] = version == "1.2" ? [.tls] : [.tls, .disconnected]
        #expect(error.map { codes.contains($0.code) } == true, "\(String(describing: error))")
        #expect(error?.message.contains("client certificate") == true, "\(String(describing: error))")
    }

    @Test("a server that does not speak TLS: a TLS error")
    func noTLS() async throws {
        let listener = try LoopbackListener()
        async let answering: Void = listener.accept().write(Array("220 ready, but not for this\r\n".utf8))
        let endpoint = ByteStream.Endpoint(host: "127.0.0.1", port: listener.port, tls: TLSConfiguration())
        let error = await #expect(throws: NetworkError.self) {
            try await ByteStream.connect(to: endpoint, timeout: .seconds(10), executor: EventLoop(label: "test"))
        }
        #expect(error?.code == .tls, "\(String(describing: error))")
        try await answering
    }

    @Test("the rest of a record, which no longer wakes a poll, is given at once")
    func restOfRecord() async throws {
        let server = try await TLSServer(.record)
        let stream = try await connect(to: server)
        #expect(try await stream.receive(upTo: 10) == Array("0123456789".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("abcdefghijklmnopqrst".utf8))
    }

    @Test("a server that offers HTTP/2 does not get its preface")
    func http2() async throws {
        let server = try await TLSServer(.echo, offersHTTP2: true)
        let stream = try await connect(to: server)
        try await stream.send(Array("AMQP".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("AMQP".utf8))
    }

    @Test("an end that TLS does not announce is the end too, after what came before it", arguments: ["1.2", "1.3"])
    func abruptEnd(version: String) async throws {
        let server = try await TLSServer(.abrupt, version: version)
        let stream = try await connect(to: server)
        #expect(try await everything(stream) == Array("hello".utf8))
    }

    @Test("an end that TLS announces is the end", arguments: ["1.2", "1.3"])
    func announcedEnd(version: String) async throws {
        let server = try await TLSServer(.ending, version: version)
        let stream = try await connect(to: server)
        #expect(try await everything(stream) == Array("hello".utf8))
    }

    @Test("sending to a peer that has gone is an error, not a signal")
    func sendingToNobody() async throws {
        let server = try await TLSServer(.ending)
        let stream = try await connect(to: server)
        #expect(try await everything(stream) == Array("hello".utf8))
        let error = await #expect(throws: NetworkError.self) {
            while true { try await stream.send(pattern(1000)) }
        }
        #expect(error?.code == .disconnected, "\(String(describing: error))")
    }

    @Test("4 MiB wait for a reader that stalls, and arrive whole", arguments: ["1.2", "1.3"])
    func stalledReader(version: String) async throws {
        let server = try await TLSServer(.stalled, version: version)
        let stream = try await connect(to: server)
        let bytes = pattern(4 << 20)
        let sending = Task { try await stream.send(bytes) }
        #expect(try await stream.receive(upTo: 100) == Array("abc".utf8))
        // Receiving goes on in the middle of a write that OpenSSL could not finish.
        let receiving = Task { try await stream.receive(upTo: 100) }
        try await Task.sleep(for: .milliseconds(50))
        server.go()
        try await sending.value
        // Computed apart from this program: SplitMix64 of seed 1, its numbers written with the lowest byte first.
        let digest = try await receiving.value
        #expect(digest.map(hexadecimal) == "ad6bc3def4bc89adb670062bb9b9f48cd0aa748258f31a304d1df877d46cc6fe")
    }

    @Test("many pieces in both directions at once come back in order")
    func bothDirections() async throws {
        let server = try await TLSServer(.echo)
        let stream = try await connect(to: server)
        let bytes = pattern(4 << 20)
        let sending = Task {
            var rest = bytes[...]
            while !rest.isEmpty {
                try await stream.send(Array(rest.prefix(100_001)))
                rest = rest.dropFirst(100_001)
            }
        }
        var echo: [UInt8] = []
        while echo.count < bytes.count, let more = try await stream.receive(upTo: 1 << 20) { echo += more }
        #expect(echo == bytes)
        try await sending.value
    }

    @Test("without tasks, the rest of a record, which no longer wakes a poll, is given too", arguments: ["1.2", "1.3"])
    func bothDirectionsWithoutTasks(version: String) async throws {
        let server = try await TLSServer(.echo, version: version)
        let stream = try await connect(to: server)
        let input = Input()
        await stream.deliverInput { input.append($0) }
        let bytes = pattern(4 << 20)
        let sending = await Sender(stream.executor).send(bytes, stream)
        #expect(await sending.error() == nil)
        await input.wait { $0.count == bytes.count }
        #expect(input.bytes == bytes)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func connect(
        to server: TLSServer, _ tls: TLSConfiguration? = nil, host: String = "127.0.0.1"
    ) async throws -> ByteStream {
        let authority = try await Certificates.shared().authority
        let endpoint = ByteStream.Endpoint(
            host: host, port: server.port, tls: tls ?? TLSConfiguration(certificateAuthorityFile: authority))
        return try await ByteStream.connect(
            to: endpoint, timeout: .seconds(10), executor: EventLoop(label: "test.tls"))
    }
}
