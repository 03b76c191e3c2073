import HTTPServer
import TestSupport
import Testing

/// Requests that two servers in a row could read in two ways (RFC 9112, section 11.2).
@Suite(.timeLimit(.minutes(1)))
struct SmugglingTests {
    /// What is refused, and why it is dangerous or malformed. A request follows each that must never be seen.
    static let unsound: [(what: String, request: String)] = [
        // Two lengths.
        ("Content-Length twice", post("Content-Length: 5\r\nContent-Length: 0")),
        ("Content-Length twice, the same", post("Content-Length: 5\r\nContent-Length: 5")),
        ("Content-Length as a list", post("Content-Length: 5, 5")),
        ("Content-Length and chunks", post("Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n")),
        ("chunks and Content-Length", post("Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n")),
        // Lengths that are not numbers.
        ("a sign", post("Content-Length: +5")),
        ("a negative length", post("Content-Length: -5")),
        ("a hexadecimal length", post("Content-Length: 0x5")),
        ("an exponent", post("Content-Length: 5e0")),
        ("a space in a length", post("Content-Length: 5 5")),
        ("letters", post("Content-Length: five")),
        ("an empty length", post("Content-Length:")),
        ("a length of spaces", post("Content-Length:   ")),
        ("digits of another script", post("Content-Length: \u{0665}")),
        // Transfer codings that are not just `chunked`.
        ("another coding", post("Transfer-Encoding: gzip")),
        ("two codings", post("Transfer-Encoding: gzip, chunked", body: "0\r\n\r\n")),
        ("chunked twice in one field", post("Transfer-Encoding: chunked, chunked", body: "0\r\n\r\n")),
        ("chunked in two fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n")),
        ("identity", post("Transfer-Encoding: identity")),
        ("an empty coding", post("Transfer-Encoding:")),
        ("a coding that begins with chunked", post("Transfer-Encoding: chunkedx", body: "0\r\n\r\n")),
        ("a coding in quotes", post("Transfer-Encoding: \"chunked\"", body: "0\r\n\r\n")),
        ("chunked with a parameter", post("Transfer-Encoding: chunked;q=1", body: "0\r\n\r\n")),
        ("a space behind chunked", post("Transfer-Encoding: chunked ", body: "0\r\n\r\n")),
        ("a tab behind chunked", post("Transfer-Encoding: chunked\t", body: "0\r\n\r\n")),
        ("chunked behind a vertical tab", post("Transfer-Encoding: \u{0b}chunked", body: "0\r\n\r\n")),
        ("chunks in HTTP/1.0", post("Transfer-Encoding: chunked", version: "HTTP/1.0", body: "0\r\n\r\n")),
        // Names.
        ("a space before the colon", post("Content-Length : 5")),
        ("a tab before the colon", post("Transfer-Encoding\t: chunked", body: "0\r\n\r\n")),
        ("a space in a name", post("X Content-Length: 5")),
        ("no name", post(": 5")),
        ("a control character in a name", post("X\u{01}: 5")),
        ("a NUL in a name", post("Content-Length\0: 5")),
        ("a name above ASCII", post("Content-L\u{e9}ngth: 5")),
        ("a line without a colon", post("Content-Length")),
        // Lines.
        ("a folded value", post("X: 1\r\n Content-Length: 5")),
        ("a value folded by a tab", post("X: 1\r\n\tContent-Length: 5")),
        ("a folded coding", post("Transfer-Encoding: chunked\r\n x", body: "0\r\n\r\n")),
        ("a first line that is folded", raw("POST /a HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n")),
        ("a bare line feed between fields", post("X: 1\nContent-Length: 5")),
        ("a bare line feed behind the request line", raw("GET /a HTTP/1.1\nHost: a\r\n\r\n")),
        ("bare line feeds only", raw("GET /a HTTP/1.1\nHost: a\n\n")),
        ("a bare line feed at the end of the head", raw("GET /a HTTP/1.1\r\nHost: a\r\n\n")),
        ("a bare carriage return in a value", post("X: 1\rContent-Length: 5")),
        ("a NUL in a value", post("X: 1\0\r\nContent-Length: 5")),
        ("a NUL in a coding", post("Transfer-Encoding: chunked\0x", body: "0\r\n\r\n")),
        ("a control character in a value", post("X: \u{01}")),
        ("a delete character in a value", post("X: \u{7f}")),
        // Hosts.
        ("no Host", raw("GET /a HTTP/1.1\r\nX: 1\r\n\r\n")),
        ("no field at all", raw("GET /a HTTP/1.1\r\n\r\n")),
        ("two Hosts", raw("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")),
        ("the same Host twice", raw("GET /a HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n")),
        ("two Hosts in HTTP/1.0", raw("GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")),
        ("a Host with a path", raw("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n")),
        ("a Host with a user", raw("GET /a HTTP/1.1\r\nHost: a@b\r\n\r\n")),
        ("a Host with a space", raw("GET /a HTTP/1.1\r\nHost: a b\r\n\r\n")),
        ("a list of Hosts", raw("GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n")),
        // Request lines.
        ("another version", raw("GET /a HTTP/1.5\r\nHost: a\r\n\r\n")),
        ("a version in lower case", raw("GET /a http/1.1\r\nHost: a\r\n\r\n")),
        ("a version with more digits", raw("GET /a HTTP/1.10\r\nHost: a\r\n\r\n")),
        ("a version without a minor number", raw("GET /a HTTP/1\r\nHost: a\r\n\r\n")),
        ("two spaces before the target", raw("GET  /a HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("two spaces before the version", raw("GET /a  HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a space behind the version", raw("GET /a HTTP/1.1 \r\nHost: a\r\n\r\n")),
        ("a method that is not a token", raw("G(T /a HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a space in the target", raw("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a NUL in the target", raw("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("an encoded NUL in the target", raw("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a target that is not a path", raw("GET a HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a target above ASCII", raw("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("half an encoded byte", raw("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n")),
        // Chunks.
        ("a chunk size that is not a number", chunked("x\r\n")),
        ("a negative chunk size", chunked("-1\r\n")),
        ("a chunk size with a sign", chunked("+1\r\na\r\n")),
        ("a chunk size with a prefix", chunked("0x1\r\na\r\n")),
        ("no chunk size", chunked("\r\n")),
        ("a chunk that is longer than its size", chunked("1\r\nab\r\n")),
    ]

    @Test("is refused with a 400, and what follows is not read", arguments: unsound)
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
            post("Content-Length: 18446744073709551616"), post("Content-Length: 99999999999999999999999999"),
            chunked("10000000000000000\r\na\r\n"),
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
        let (status, _, seen) = try await answer(to: Self.raw("GET /a \(version)\r\nHost: a\r\n\r\n"))
        #expect(status == 505)
        #expect(seen.isEmpty)
    }

    @Test(
        "what is sound is taken, and so is the next request",
        arguments: [
            post("Content-Length: 5"), post("content-length:5"), post("Content-Length: \t 5"),
            post("Content-Length: 0000000000000000000005"),
            post("Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
            post("transfer-encoding:CHUNKED", body: "5\r\nhello\r\n0\r\n\r\n"),
            post("Transfer-Encoding: \t chunked", body: "05\r\nhello\r\n00\r\n\r\n"),
            post("Content-Length: 5\r\nX: \u{e9}\t1\r\nX-Empty:\r\nY:"),
            raw("GET /a?b=%E9 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\nhello"),
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

    private static func raw(_ request: String) -> String { request }

    private static func post(_ fields: String, version: String = "HTTP/1.1", body: String = "hello") -> String {
        "POST /a \(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body: body)
    }
}
