import HTTPMessages
import HTTPServer
import HTTPWire
import Testing

/// Requests that are made from their parts. What targets mean is tested with `RequestTarget`.
@Suite struct HTTPRequestTests {
    @Test("a request has the parts of its target")
    func partsOfItsTarget() throws {
        let request = try HTTPRequest(method: .get, target: "/a%2Fb/c%20d?a+b=1&a=2")
        #expect(request.target == "/a%2Fb/c%20d?a+b=1&a=2")
        #expect(request.path == "/a/b/c d")
        #expect(request.pathSegments == ["a/b", "c d"])
        #expect(request.query == HTTPQuery([.init(name: "a b", value: "1"), .init(name: "a", value: "2")]))
        #expect(
            try HTTPRequest(method: .options, target: "*").pathSegments
                == RequestTarget([0x2A], method: .options).segments)
    }

    @Test("a request has a target that its method allows")
    func targetThatItsMethodAllows() {
        #expect(throws: HTTPTargetError.unknownForm) { try HTTPRequest(method: .get, target: "*") }
        #expect(throws: HTTPTargetError.forbiddenCharacter) { try HTTPRequest(method: .get, target: "/a b") }
        #expect(throws: HTTPTargetError.invalidPercentEncoding) { try HTTPRequest(method: .get, target: "/%zz") }
    }

    @Test("an address with colons is written in brackets")
    func addressWithColonsIsWritten() {
        #expect("\(HTTPAddress(host: "::1", port: 80))" == "[::1]:80")
        #expect("\(HTTPAddress(host: "127.0.0.1", port: 80))" == "127.0.0.1:80")
    }
}
