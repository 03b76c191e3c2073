/// Requests of HTTP/1.1 as texts, for the tests of the machine that reads them and of the server around it.
package enum RequestSamples {
    /// What is refused with a 400: malformed, or readable in two ways by two servers in a row (RFC 9112, section 11.2).
    package static let unsound: [(what: String, request: String)] = [
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
        ("a first line that is folded", "POST /a HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n"),
        ("a bare line feed between fields", post("X: 1\nContent-Length: 5")),
        ("a bare line feed behind the request line", "GET /a HTTP/1.1\nHost: a\r\n\r\n"),
        ("bare line feeds only", "GET /a HTTP/1.1\nHost: a\n\n"),
        ("a bare line feed at the end of the head", "GET /a HTTP/1.1\r\nHost: a\r\n\n"),
        ("a bare carriage return in a value", post("X: 1\rContent-Length: 5")),
        ("a NUL in a value", post("X: 1\0\r\nContent-Length: 5")),
        ("a NUL in a coding", post("Transfer-Encoding: chunked\0x", body: "0\r\n\r\n")),
        ("a control character in a value", post("X: \u{01}")),
        ("a delete character in a value", post("X: \u{7f}")),
        // Hosts.
        ("no Host", "GET /a HTTP/1.1\r\nX: 1\r\n\r\n"),
        ("no field at all", "GET /a HTTP/1.1\r\n\r\n"),
        ("two Hosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("the same Host twice", "GET /a HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
        ("two Hosts in HTTP/1.0", "GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("a Host with a path", "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a Host with a user", "GET /a HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        ("a Host with a space", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ("a list of Hosts", "GET /a HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        // Request lines.
        ("another version", "GET /a HTTP/1.5\r\nHost: a\r\n\r\n"),
        ("a version in lower case", "GET /a http/1.1\r\nHost: a\r\n\r\n"),
        ("a version with more digits", "GET /a HTTP/1.10\r\nHost: a\r\n\r\n"),
        ("a version without a minor number", "GET /a HTTP/1\r\nHost: a\r\n\r\n"),
        ("two spaces before the target", "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("two spaces before the version", "GET /a  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space behind the version", "GET /a HTTP/1.1 \r\nHost: a\r\n\r\n"),
        ("a method that is not a token", "G(T /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an encoded NUL in the target", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a target that is not a path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a target above ASCII", "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("half an encoded byte", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"),
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
        ("a blank before the method", " GET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("tabs in place of spaces", "GET\t/a\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a method only", "GET\r\nHost: a\r\n\r\n"),
        ("a request of HTTP/0.9", "GET /a\r\n\r\n"),
        ("the beginning of TLS", "\u{16}\u{03}\u{01}\u{02}"),
        ("a carriage return before the method", "\rGET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a line feed before the method", "\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    /// A post with these lines of fields.
    package static func post(_ fields: String, version: String = "HTTP/1.1", body: String = "hello") -> String {
        "POST /a \(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
    }

    /// A post with a body in chunks.
    package static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body: body)
    }
}
