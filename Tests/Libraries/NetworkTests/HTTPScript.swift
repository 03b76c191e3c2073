import HTTPMessages
import Network
import TestSupport
import Testing

/// A request as a server saw it.
struct SeenRequest: Sendable {
    let line: String
    let headers: [String]
    let body: [UInt8]
}

extension LoopbackConnection {
    /// The next request; nil when the client has closed.
    func request() async throws -> SeenRequest? {
        var bytes: [UInt8] = []
        while !bytes.ends(with: "\r\n\r\n") {
            guard let more = try await read(upTo: 1) else { return nil }
            bytes += more
        }
        var lines = String(decoding: bytes.dropLast(4), as: UTF8.self).split(separator: "\r\n").map(String.init)
        let line = lines.removeFirst()
        let length = lines.compactMap { header in
            header.hasPrefix("Content-Length: ") ? Int(header.dropFirst(16)) : nil
        }
        return SeenRequest(line: line, headers: lines, body: try await read(exactly: length.first ?? 0))
    }

    func answer(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Sends `piece` until the client closes, which it has to do; so much that it cannot just be slow.
    func flood(_ piece: String) async {
        let bytes = Array(piece.utf8)
        for _ in 0..<(1 << 30) / bytes.count {
            do { try await write(bytes) } catch { return }
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool {
        suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}

/// A listener that plays a server, and a client for it.
struct HTTPFixture {
    let listener: LoopbackListener
    let client: HTTPClient

    init(_ adjust: (inout HTTPClient.Configuration) -> Void = { _ in }) throws {
        listener = try LoopbackListener()
        var configuration = HTTPClient.Configuration()
        adjust(&configuration)
        client = HTTPClient(configuration)
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }

    /// Sends a request while `server` plays its part with the first connection.
    @discardableResult
    func send(
        _ method: HTTPMethod = .get, _ path: String = "/", headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(20), server: @Sendable @escaping (LoopbackConnection) async throws -> Void
    ) async throws -> HTTPClientResponse {
        async let serving: Void = server(listener.accept())
        let request = HTTPClientRequest(method: method, url: url + path, headers: headers, body: body)
        let response = try await client.send(request, timeout: timeout)
        try await serving
        return response
    }

    /// The failure of a GET while `server` plays its part, which may fail too.
    func failure(
        _ path: String = "/", timeout: Duration = .seconds(20),
        server: @Sendable @escaping (LoopbackConnection) async throws -> Void
    ) async -> NetworkError? {
        let serving = Task { try await server(listener.accept()) }
        let error = await #expect(throws: NetworkError.self) {
            try await client.send(HTTPClientRequest(url: url + path), timeout: timeout)
        }
        _ = await serving.result
        return error
    }
}
