import HTTPMessages
import HTTPWire
import Testing

/// Requests that two servers in a row could read in two ways (RFC 9112, section 11.2), over the machine.
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
        ("a chunk size in other digits", chunked("\u{0661}\r\na\r\n")),
        ("a chunk size behind a blank", chunked(" 1\r\na\r\n0\r\n\r\n")),
        ("a chunk size before a blank", chunked("1 \r\na\r\n0\r\n\r\n")),
        ("a chunk size with an underscore", chunked("1_0\r\na\r\n0\r\n\r\n")),
        ("a chunk size of too many digits", chunked(String(repeating: "0", count: 33) + "\r\n\r\n")),
        ("a chunk size that ends with a line feed", chunked("1\na\r\n0\r\n\r\n")),
        ("a chunk that ends with a line feed", chunked("1\r\na\n0\r\n\r\n")),
        ("a chunk that ends with a carriage return", chunked("1\r\na\r0\r\n\r\n")),
        ("a body that ends with a line feed", chunked("0\r\n\n")),
        ("a body that ends with a carriage return", chunked("0\r\n\r")),
        ("a line feed in a chunk's extension", chunked("1;a\nb\r\na\r\n0\r\n\r\n")),
        ("a NUL in a chunk's extension", chunked("1;a\0\r\na\r\n0\r\n\r\n")),
        ("a carriage return in a chunk's extension", chunked("1;a\rb\r\na\r\n0\r\n\r\n")),
        ("a trailer without a name", chunked("0\r\n: 1\r\n\r\n")),
        ("a trailer without a colon", chunked("0\r\nX\r\n\r\n")),
        ("a trailer with a blank before the colon", chunked("0\r\nX : 1\r\n\r\n")),
        ("a trailer that is folded", chunked("0\r\nX: 1\r\n 2\r\n\r\n")),
        ("a trailer that ends with a line feed", chunked("0\r\nX: 1\n\r\n")),
        ("a NUL in a trailer", chunked("0\r\nX: \0\r\n\r\n")),
        // What does not begin with a word and a space.
        ("a blank before the method", raw(" GET /a HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("tabs in place of spaces", raw("GET\t/a\tHTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a method only", raw("GET\r\nHost: a\r\n\r\n")),
        ("a request of HTTP/0.9", raw("GET /a\r\n\r\n")),
        ("the beginning of TLS", raw("\u{16}\u{03}\u{01}\u{02}")),
        ("a carriage return before the method", raw("\rGET /a HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("a line feed before the method", raw("\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n")),
    ]

    private static let next = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("is refused with a 400, and what follows is not read, however it is cut", arguments: unsound)
    func refused(what: String, request: String) throws {
        let refusal = try outcome(of: request)
        #expect(refusal.reason == .malformedRequest)
        #expect(refusal.status == 400)
    }

    @Test(
        "a length that no integer holds is refused with a 413, and what follows is not read",
        arguments: [
            post("Content-Length: 18446744073709551616"), post("Content-Length: 99999999999999999999999999"),
            post("Content-Length: 9223372036854775808"), post("Content-Length: 9223372036854775807"),
            chunked("10000000000000000\r\na\r\n"),
        ])
    func enormousLength(request: String) throws {
        #expect(try outcome(of: request).status == 413)
    }

    @Test(
        "a chunk that no integer holds together with those before it is too large, and swallowed",
        arguments: ["8000000000000000", "fffffffffffffff", "7fffffffffffffff"])
    func enormousChunk(size: String) {
        var connection = Connection()
        connection.receive(Self.chunked("1\r\na\r\n\(size)\r\n"))
        let isKnown = !connection.refusals.isEmpty
        connection.receive([UInt8](repeating: 120, count: 3 << 20)[...])
        #expect(connection.refusals.map(\.status) == [413])
        #expect(connection.requests.isEmpty)
        #expect(isKnown == (size == "8000000000000000"), "a size that an integer holds is only announced")
    }

    @Test(
        "a version that the library does not know is refused with a 505, and what follows is not read",
        arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/9.9"])
    func unknownVersion(version: String) throws {
        let refusal = try outcome(of: Self.raw("GET /a \(version)\r\nHost: a\r\n\r\n"))
        #expect(refusal.status == 505)
        #expect(refusal.reason == .unsupportedVersion)
    }

    @Test(
        "what is sound is taken, and so is the next request, however it is cut",
        arguments: [
            post("Content-Length: 5"), post("content-length:5"), post("Content-Length: \t 5"),
            post("Content-Length: 5 \t"), post("Content-Length: 0000000000000000000005"),
            post("Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
            post("transfer-encoding:CHUNKED", body: "5\r\nhello\r\n0\r\n\r\n"),
            post("Transfer-Encoding: \t chunked", body: "05\r\nhello\r\n00\r\n\r\n"),
            post("Content-Length: 5\r\nX: \u{e9}\t1\r\nX-Empty:\r\nY:"),
            raw("GET /a?b=%C3%A9 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\nhello"),
            raw("GET /a HTTP/1.1\r\nHost:\r\nContent-Length: 5\r\n\r\nhello"),
        ])
    func sound(request: String) throws {
        let all = request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        var seen: Set<[Connection.Request]> = []
        for cuts in cuts(of: all) {
            var connection = Connection()
            connection.receive(all, cutAt: cuts)
            #expect(connection.refusals.isEmpty)
            seen.insert(connection.requests)
        }
        let requests = try #require(seen.first)
        #expect(seen.count == 1)
        #expect(requests.map(\.text) == ["hello", ""])
        #expect(requests.last?.head.target.raw == "/next")
    }

    /// The refusal of a request with another behind it, the same for all cuts; nothing else is seen.
    private func outcome(of request: String) throws -> HTTPRefusal {
        let all = request + Self.next
        var refusals: Set<HTTPRefusal> = []
        for cuts in cuts(of: all) {
            var connection = Connection()
            connection.receive(all, cutAt: cuts)
            try #require(connection.refusals.count == 1, "cut at \(cuts)")
            refusals.insert(connection.refusals[0])
            try #require(connection.requests.isEmpty)
            try #require(connection.hasEndedOutput || connection.isClosed)
            let answers = try Answers.all(connection.text)
            try #require(answers.map(\.status) == connection.refusals.map(\.status.code))
            try #require(answers[0]["connection"] == "close")
            try #require(!connection.text.contains("smuggled"))
            // Nor is what comes later.
            connection.receive(Self.next)
            try #require(connection.requests.isEmpty)
            try #require(connection.refusals.count == 1)
        }
        let refusal = try #require(refusals.first)
        #expect(refusals.count == 1, "\(refusals)")
        #expect(refusal.detail.wholeMatch(of: /[A-Z][ -~]+\./) != nil, "a sentence: \(refusal.detail)")
        return refusal
    }

    /// Whole, a byte at a time, and in two pieces at each position.
    private func cuts(of text: String) -> [[Int]] {
        let positions = Array(1..<text.utf8.count)
        return [[], positions] + positions.map { [$0] }
    }

    private static func raw(_ request: String) -> String { request }

    private static func post(_ fields: String, version: String = "HTTP/1.1", body: String = "hello") -> String {
        "POST /a \(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body: body)
    }
}
