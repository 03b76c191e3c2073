import HTTPMessages
import HTTPServer
import HTTPWire
import Testing

@Suite struct RequestTargetTests {
    @Test(
        "a target has a decoded path, and parts that keep an encoded slash",
        arguments: [
            ("/", "/", [""]), ("/a/b", "/a/b", ["a", "b"]), ("/a//b/", "/a//b/", ["a", "", "b", ""]),
            ("/a%2Fb/c%20d", "/a/b/c d", ["a/b", "c d"]), ("/%C3%A9", "/\u{e9}", ["\u{e9}"]), ("/a+b", "/a+b", ["a+b"]),
            ("/a?b/c", "/a", ["a"]), ("/a#b?c", "/a", ["a"]), ("/..%2f..", "/../..", ["../.."]),
            ("http://host/a/b?c", "/a/b", ["a", "b"]), ("HTTPS://host:1", "/", [""]), ("http://host?a=1", "/", [""]),
            ("/http://x", "/http://x", ["http:", "", "x"]), ("/%25", "/%", ["%"]),
        ])
    func path(target: String, path: String, segments: [String]) throws {
        let request = try HTTPRequest(method: .get, target: target)
        #expect(request.target == target)
        #expect(request.path == path)
        #expect(request.pathSegments == segments)
    }

    @Test(
        "a query has decoded names and values in their order",
        arguments: [
            ("/", []), ("/?", []), ("/?a", [("a", "")]), ("/?a=", [("a", "")]), ("/?=a", [("", "a")]),
            ("/?a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]), ("/?a=b=c", [("a", "b=c")]),
            ("/?a+b=c+d%2B", [("a b", "c d+")]), ("/?%26=%3D", [("&", "=")]), ("/?&&a&", [("a", "")]),
            ("/?a=1#b=2", [("a", "1")]), ("/?a=?", [("a", "?")]), ("http://host?a=1", [("a", "1")]),
        ] as [(String, [(String, String)])])
    func query(target: String, items: [(String, String)]) throws {
        let query = try HTTPRequest(method: .get, target: target).query
        #expect(query == HTTPQuery(items.map { HTTPQuery.Item(name: $0.0, value: $0.1) }))
        if let (name, value) = items.first { #expect(query[name] == value) }
        #expect(query["A"] == nil, "names have a case")
        #expect(query.values(of: "a") == items.filter { $0.0 == "a" }.map(\.1))
    }

    @Test(
        "what is not a target is refused with the reason",
        arguments: [
            ("", HTTPTargetError.unknownForm), ("a", .unknownForm), ("*", .unknownForm), ("ftp://host/", .unknownForm),
            ("http:/a", .unknownForm), ("host:80", .unknownForm), ("/a b", .forbiddenCharacter),
            ("/a\tb", .forbiddenCharacter), ("/a\0", .forbiddenCharacter), ("/\u{7f}", .forbiddenCharacter),
            ("/\u{e9}", .forbiddenCharacter), ("/%", .invalidPercentEncoding), ("/%4", .invalidPercentEncoding),
            ("/%zz", .invalidPercentEncoding), ("/%00", .invalidPercentEncoding), ("/%ff", .invalidPercentEncoding),
            ("/%C3", .invalidPercentEncoding), ("/?a=%", .invalidPercentEncoding), ("/?%00", .invalidPercentEncoding),
            ("/%+1", .invalidPercentEncoding),
        ])
    func refused(target: String, error: HTTPTargetError) {
        #expect(throws: error) { try HTTPRequest(method: .get, target: target) }
        #expect(error.description.hasPrefix("The request target"))
    }

    @Test("an asterisk is for OPTIONS, an authority for CONNECT")
    func asteriskIsForOPTIONSAnAuthority() throws {
        #expect(try HTTPRequest(method: .options, target: "*").path == "*")
        #expect(try HTTPRequest(method: .connect, target: "host:80").path == "host:80")
        #expect(throws: HTTPTargetError.unknownForm) { try HTTPRequest(method: .connect, target: "") }
        #expect(throws: HTTPTargetError.unknownForm) { try HTTPRequest(method: .options, target: "host:80") }
    }

    @Test("an address with colons is written in brackets")
    func addressWithColonsIsWritten() {
        #expect("\(HTTPAddress(host: "::1", port: 80))" == "[::1]:80")
        #expect("\(HTTPAddress(host: "127.0.0.1", port: 80))" == "127.0.0.1:80")
    }
}
