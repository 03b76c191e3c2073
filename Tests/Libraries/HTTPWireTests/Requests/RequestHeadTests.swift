import HTTPMessages
import HTTPWire
import Testing

struct RequestHeadTests {
    @Test("a request reaches the handler as it was sent")
    func requestReachesTheHandler() throws {
        var connection = Connection()
        connection.receive(
            "POST /users/7/a%2Fb%20c?limit=5&q=x+y%21&limit=6&flag HTTP/1.1\r\nX-One: 1\r\nx-two:  2 \r\nX-one: \u{e9}\r\n"
                + "Host: test\r\nContent-Length: 5\r\n\r\nhello")
        try #require(connection.requests.count == 1)
        let request = connection.requests[0]
        #expect(request.head.method == .post)
        #expect(request.head.target.raw == "/users/7/a%2Fb%20c?limit=5&q=x+y%21&limit=6&flag")
        #expect(request.head.target.path == "/users/7/a/b c")
        #expect(request.head.target.segments == ["users", "7", "a/b c"])
        #expect(
            request.head.target.query
                == HTTPQuery([
                    .init(name: "limit", value: "5"), .init(name: "q", value: "x y!"), .init(name: "limit", value: "6"),
                    .init(name: "flag", value: ""),
                ]))
        #expect(
            request.head.headers == [
                "X-One": "1", "x-two": "2", "X-one": "\u{e9}", "Host": "test", "Content-Length": "5",
            ])
        #expect(request.head.headers.map(\.name) == ["X-One", "x-two", "X-one", "Host", "Content-Length"])
        #expect(!request.head.isHTTP10)
        #expect(request.head.framing == .length(5))
        #expect(request.text == "hello")
    }

    @Test("any token is a method", arguments: ["PROPFIND", "get", "!#$%&'*+-.^_`|~09azAZ", "A"])
    func anyTokenIsAMethod(method: String) throws {
        var connection = Connection()
        connection.receive("\(method) /a HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(connection.requests.map(\.head.method.rawValue) == [method])
    }

    @Test("no other byte is in a method", arguments: UInt8.min...UInt8.max)
    func noOtherByteIsInAMethod(byte: UInt8) {
        let isTokenByte =
            Array("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8).contains(byte)
        // Behind a space there is a target, which is none.
        var connection = Connection()
        connection.receive((Array("GE".utf8) + [byte] + "T /a HTTP/1.1\r\nHost: test\r\n\r\n".utf8)[...])
        #expect(connection.requests.count == (isTokenByte ? 1 : 0))
        #expect(connection.refusals.map(\.status) == (isTokenByte ? [] : [400]))
    }

    @Test("a target may be absolute, an asterisk with OPTIONS, and an authority with CONNECT")
    func targetMayBeAbsolute() {
        var connection = Connection()
        for line in [
            "GET http://other/a/b?q=1", "GET http://other", "OPTIONS *", "OPTIONS http://other", "CONNECT other:443",
        ] {
            connection.receive("\(line) HTTP/1.1\r\nHost: other\r\n\r\n")
        }
        #expect(connection.requests.map(\.head.target.path) == ["/a/b", "/", "*", "/", "other:443"])
        #expect(connection.requests.map(\.head.target.query["q"]) == ["1", nil, nil, nil, nil])
    }

    @Test(
        "the client's version and fields say whether it wants to go on",
        arguments: [
            ("HTTP/1.1", "X: 1", true), ("HTTP/1.1", "Connection: close", false),
            ("HTTP/1.1", "Connection: Close, x", false), ("HTTP/1.1", "Connection: x,\tCLOSE ", false),
            ("HTTP/1.1", "Connection: x\r\nconnection: close", false), ("HTTP/1.1", "Connection: closed", true),
            ("HTTP/1.1", "Connection: keep-alive, close", false), ("HTTP/1.1", "Connection: ,", true),
            ("HTTP/1.0", "X: 1", false), ("HTTP/1.0", "Connection: keep-alive", true),
            ("HTTP/1.0", "Connection: x, Keep-Alive", true), ("HTTP/1.0", "Connection: close", false),
            ("HTTP/1.0", "Connection: keep-alive, close", false), ("HTTP/1.0", "Connection: close, keep-alive", false),
        ])
    func persistence(version: String, field: String, keepsAlive: Bool) throws {
        var connection = Connection()
        connection.receive("GET /a \(version)\r\nHost: test\r\n\(field)\r\n\r\n")
        #expect(connection.requests.map(\.head.keepsAlive) == [keepsAlive])
        #expect(connection.isClosed == !keepsAlive)
        let field = try Answers.all(connection.text)[0]["connection"]
        #expect(field == (keepsAlive ? (version == "HTTP/1.0" ? "keep-alive" : nil) : "close"))
        connection.receive("GET /b \(version)\r\nHost: test\r\n\r\n")
        #expect(connection.requests.count == (keepsAlive ? 2 : 1))
    }

    @Test("a close in one field is not undone by another")
    func closeStays() {
        var connection = Connection()
        connection.receive("GET / HTTP/1.0\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n")
        #expect(connection.requests.map(\.head.keepsAlive) == [false])
        #expect(connection.isClosed)
    }

    @Test("HTTP/1.0 needs no Host")
    func http10NeedsNoHost() {
        var connection = Connection()
        connection.receive("GET /a HTTP/1.0\r\n\r\n")
        #expect(connection.requests.map(\.head.isHTTP10) == [true])
    }
}
