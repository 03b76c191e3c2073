import HTTPServer
import TestSupport
import Testing

/// Requests that two servers in a row could read in two ways (RFC 9112, section 11.2).
@Suite(.timeLimit(.minutes(5)))
struct SmugglingTests {
    @Test("is refused with a 400, and what follows is not read", arguments: RequestSamples.unsound)
    func refused(what: String, request: String) async throws {
        let (status, rest, seen) = try await answer(to: request)
        #expect(status == 400)
        #expect(!rest.contains("/smuggled"), "\(rest)")
        #expect(!seen.contains("/smuggled"), "\(seen)")
        #expect(seen.isEmpty)
    }

    @Test(
        "a length that no integer holds is refused with a 413, and what follows is not read",
        arguments: [
            RequestSamples.post("Content-Length: 18446744073709551616"),
            RequestSamples.post("Content-Length: 99999999999999999999999999"),
            RequestSamples.chunked("10000000000000000\r\na\r\n"),
        ])
    func enormousLength(request: String) async throws {
        let (status, _, seen) = try await answer(to: request)
        #expect(status == 413)
        #expect(seen.isEmpty)
    }

    @Test(
        "a request line that does not begin with a word and a space is refused with a 400",
        arguments: [
            " GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET\t/a\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET\r\nHost: a\r\n\r\n",
        ])
    func noRequestLine(request: String) async throws {
        let (status, _, seen) = try await answer(to: request)
        #expect(status == 400)
        #expect(seen.isEmpty)
    }

    @Test(
        "a version that the server does not know is refused with a 505, and what follows is not read",
        arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/9.9"])
    func unknownVersion(version: String) async throws {
        let (status, _, seen) = try await answer(to: "GET /a \(version)\r\nHost: a\r\n\r\n")
        #expect(status == 505)
        #expect(seen.isEmpty)
    }

    @Test(
        "what is sound is taken, and so is the next request",
        arguments: [
            RequestSamples.post("Content-Length: 5"), RequestSamples.post("content-length:5"),
            RequestSamples.post("Content-Length: \t 5"),
            RequestSamples.post("Content-Length: 0000000000000000000005"),
            RequestSamples.post("Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
            RequestSamples.post("transfer-encoding:CHUNKED", body: "5\r\nhello\r\n0\r\n\r\n"),
            RequestSamples.post("Transfer-Encoding: \t chunked", body: "05\r\nhello\r\n00\r\n\r\n"),
            RequestSamples.post("Content-Length: 5\r\nX: \u{e9}\t1\r\nX-Empty:\r\nY:"),
            "GET /a?b=%E9 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\nhello",
        ])
    func sound(request: String) async throws {
        let request = request.replacing("%E9", with: "%C3%A9")
        let seen = Recorder<String>()
        try await withServer(handler: { request in
            seen.append(request.target)
            return .text(String(decoding: request.body, as: UTF8.self))
        }) { server in
            let client = try server.connect()
            try await client.send(raw: request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.answer().text == "hello")
            #expect(try await client.answer().status == 200)
        }
        #expect(seen.entries.last == "/next")
        #expect(seen.entries.count == 2)
    }

    /// Sends a request with another behind it, and gives the answer's status, all that came, and the targets that the
    /// handler saw.
    private func answer(to request: String) async throws -> (status: Int, all: String, seen: [String]) {
        let seen = Recorder<String>()
        var all = ""
        try await withServer(handler: { request in
            seen.append(request.target)
            return .text(request.target)
        }) { server in
            let client = try server.connect()
            try await client.send(raw: request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            all = String(decoding: try await client.rest(), as: UTF8.self)
        }
        return (Int(all.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0, all, seen.entries)
    }
}
