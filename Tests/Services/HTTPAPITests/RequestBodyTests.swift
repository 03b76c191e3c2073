import HTTPAPI
import HTTPMessages
import HTTPServer
import PipelineTesting
import Testing

/// Bodies that browsers let pages post without asking the server first.
@Suite struct RequestBodyTests {
    static let shop = "https://shop.example"
    private static let bodies = [("/events", TestAPI.event()), ("/events/batch", "[\(TestAPI.event())]")]

    private func post(
        _ origin: String?, _ type: String?, to path: String = "/events", _ body: String = TestAPI.event(),
        allowed: [String] = [shop]
    ) async throws -> HTTPResponse {
        let api = try await TestAPI(allowedOrigins: try allowed.map { try AllowedOrigin($0) })
        var headers: HTTPHeaders = [:]
        if let origin { headers["Origin"] = origin }
        if let type { headers["Content-Type"] = type }
        let response = try await api.request(.post, path, body, headers: headers)
        #expect(api.broker.published.count == (response.status == .ok ? 1 : 0))
        return response
    }

    @Test(
        "JSON as text in UTF-8 is taken from a page of an allowed origin", arguments: bodies,
        [
            "text/plain;charset=UTF-8", "text/plain", "text/plain; charset=utf-8", "Text/Plain ; Charset=\"utf-8\"",
            "text/plain;format=flowed;charset=utf-8",
        ])
    func textIsTakenFromAllowedPage(body: (path: String, text: String), type: String) async throws {
        #expect(try await post(Self.shop, type, to: body.path, body.text).status == .ok)
        #expect(try await post(nil, type, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(try await post("null", type, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(
            try await post("https://evil.example", type, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(
            try await post(Self.shop, type, to: body.path, body.text, allowed: []).status == .unsupportedMediaType)
    }

    @Test("a star takes text from every page, and from no other client", arguments: bodies)
    func starTakesTextFromEveryPage(body: (path: String, text: String)) async throws {
        for origin in ["https://a.example", "null"] {
            #expect(try await post(origin, "text/plain", to: body.path, body.text, allowed: ["*"]).status == .ok)
        }
        #expect(
            try await post(nil, "text/plain", to: body.path, body.text, allowed: ["*"]).status == .unsupportedMediaType)
    }

    @Test("a body without a type is taken from a page whose origin is allowed, and from no one else", arguments: bodies)
    func bodyWithoutTypeFromPages(body: (path: String, text: String)) async throws {
        #expect(try await post(nil, nil, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(try await post(Self.shop, nil, to: body.path, body.text).status == .ok)
        #expect(try await post("null", nil, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(try await post("null", nil, to: body.path, body.text, allowed: ["*"]).status == .ok)
        #expect(
            try await post("https://evil.example", nil, to: body.path, body.text).status == .unsupportedMediaType)
        #expect(
            try await post(Self.shop, nil, to: body.path, body.text, allowed: []).status == .unsupportedMediaType)
    }

    @Test(
        "other types are not taken from an allowed page either",
        arguments: [
            "text/plain;charset=iso-8859-1", "text/plain;charset=utf-16", "text/plain;charset=", "text/html",
            "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json",
            "text/plain, application/json", "",
        ])
    func otherTypesAreRefused(type: String) async throws {
        #expect(try await post(Self.shop, type).status == .unsupportedMediaType)
    }

    @Test("text holds JSON, not lines")
    func textHoldsJSON() async throws {
        let lines = TestAPI.event() + "\n" + TestAPI.event()
        #expect(try await post(Self.shop, "text/plain", to: "/events/batch", lines).status == .badRequest)
        #expect(try await post(Self.shop, "text/plain", "user_id=1").status == .badRequest)
    }

    @Test(
        "a refusal of text says what to do",
        arguments: [
            (nil, [], "if its origin is allowed (serve --allow-origin)"),
            ("https://Evil.example", [shop], "start with --allow-origin https://evil.example"),
            (shop, [], "start with --allow-origin https://shop.example"),
            ("null", [shop], "Referrer-Policy"), ("*", [shop], "Referrer-Policy"),
            ("; rm -rf", [shop], "Referrer-Policy"),
            (shop, [shop], "UTF-8 only"),
        ] as [(String?, [String], String)])
    func refusalOfTextSaysWhatToDo(origin: String?, allowed: [String], expected: String) async throws {
        let detail = try await post(origin, "text/plain;charset=latin1", allowed: allowed).text("detail") ?? ""
        #expect(detail.contains(expected), "\(detail)")
        #expect(detail.contains("Send Content-Type: application/json."))
    }
}
