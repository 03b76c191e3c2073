import HTTPMessages
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
        let request = try RequestTarget(target, method: .get)
        #expect(request.raw == target)
        #expect(request.path == path)
        #expect(request.segments == segments)
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
        let query = try RequestTarget(target, method: .get).query
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
        #expect(throws: error) { try RequestTarget(target, method: .get) }
        #expect(error.description.hasPrefix("The request target"))
    }

    @Test("an asterisk is for OPTIONS, an authority for CONNECT")
    func asteriskIsForOPTIONSAnAuthority() throws {
        #expect(try RequestTarget("*", method: .options).path == "*")
        #expect(try RequestTarget("host:80", method: .connect).path == "host:80")
        #expect(throws: HTTPTargetError.unknownForm) { try RequestTarget("", method: .connect) }
        #expect(throws: HTTPTargetError.unknownForm) { try RequestTarget("host:80", method: .options) }
    }

    @Test("a query is a collection of its items")
    func queryIsACollection() {
        let items = [HTTPQuery.Item(name: "a", value: "1"), HTTPQuery.Item(name: "b", value: "2")]
        #expect(Array(HTTPQuery(items)) == items)
        #expect(HTTPQuery(items)[1] == items[1])
        #expect(HTTPQuery().isEmpty)
    }
}

extension RequestTarget {
    fileprivate init(_ text: String, method: HTTPMethod) throws(HTTPTargetError) {
        try self.init(Array(text.utf8), method: method)
    }
}
