import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct ScopeTests {
    private static let outside = "192.0.2.7"

    private func api(
        _ tokens: [String] = [], webTokens: Bool = false,
        report: @escaping @Sendable (HTTPAPI.Notice) -> Void = { _ in }
    ) async throws -> TestAPI {
        var administration = HTTPAPI.Administration()
        administration.credentials = Credentials(
            tokens, webTokens: webTokens ? WebTokenRules(secret: WebTokens.secret) : nil)
        return try await TestAPI(administration: administration, report: report)
    }

    private func bearer(_ token: String) -> HTTPHeaders {
        ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
    }

    // MARK: Scopes

    @Test("a token allows the scopes that it names and no other", arguments: APIScope.allCases)
    func scopes(scope: APIScope) async throws {
        let api = try await api(["\(scope.rawValue):secret", "ingest+read+operate:other"])
        for (needed, method, path, body) in [
            (APIScope.ingest, HTTPMethod.post, "/events", TestAPI.event()),
            (.ingest, .post, "/events/batch", "[\(TestAPI.event())]"), (.read, .get, "/users/1/history", ""),
            (.read, .get, "/users/1/similar-users", ""), (.read, .get, "/products/1/related", ""),
            (.read, .post, "/recommendations", #"{"products":[1]}"#), (.operate, .get, "/dlq", ""),
            (.operate, .delete, "/users/1", ""), (.operate, .put, "/products/1", #"{"vector":[1]}"#),
        ] {
            let answer = try await api.request(method, path, body, headers: bearer("secret"), from: Self.outside)
            #expect((answer.status == .forbidden) == (needed != scope), "\(method) \(path): \(answer.status)")
            if needed != scope {
                #expect(answer.text("type") == "urn:debias-events:problem:insufficient-scope")
                #expect(answer.headers["WWW-Authenticate"]?.contains("scope=\"\(needed.rawValue)\"") == true)
            }
            let without = try await api.request(
                method, path, body, headers: ["Content-Type": "application/json"], from: Self.outside)
            #expect(without.status == .unauthorized, "\(method) \(path)")
        }
        #expect(api.broker.published.count == (scope == .ingest ? 2 : 0))
    }

    @Test("anyone posts events while no token names ingest, whatever token is sent along")
    func openIngest() async throws {
        let api = try await api(["secret", "read:other"])
        #expect(try await api.post(TestAPI.event()).status == .ok)
        #expect(try await api.post(TestAPI.event(), headers: bearer("wrong")).status == .ok)
        #expect(try await api.post("[\(TestAPI.event())]", to: "/events/batch").status == .ok)
    }

    @Test("tokens are replaced while the API runs")
    func replacing() async throws {
        let api = try await api(["ingest:old"])
        #expect(try await api.post(TestAPI.event(), headers: bearer("old")).status == .ok)
        api.api.access.replace(Credentials(["ingest:new"]))
        #expect(try await api.post(TestAPI.event(), headers: bearer("old")).status == .unauthorized)
        #expect(try await api.post(TestAPI.event(), headers: bearer("new")).status == .ok)
        api.api.access.replace(Credentials([]))
        #expect(try await api.post(TestAPI.event()).status == .ok)
    }

    // MARK: Users

    @Test("a user's token sets the user of events that name none, and no other user's event is taken")
    func usersEvents() async throws {
        let api = try await api(webTokens: true)
        let headers = bearer(WebTokens.token(user: 17))
        let anonymous = #"{"product_id":2,"event_type":"view","user_session":"s"}"#
        #expect(try await api.post(anonymous, headers: headers).status == .ok)
        #expect(try await api.post(TestAPI.event(user: 17), headers: headers).status == .ok)
        let bodies = api.broker.published.map { String(decoding: $0.message.body, as: UTF8.self) }
        #expect(bodies.count == 2 && bodies.allSatisfy { $0.contains(#""user_id":17,"#) }, "\(bodies)")
        for body in [TestAPI.event(user: 18), #"{"user_id":null,"user_id":18}"#] {
            let answer = try await api.post(body, headers: headers)
            #expect(answer.status == .unprocessableContent)
            let errors = answer.object["errors"] as? [[String: Any]] ?? []
            #expect(errors.contains { $0["type"] as? String == "user_mismatch" }, "\(errors)")
        }
        #expect(try await api.post(anonymous).status == .unauthorized)
        #expect(api.broker.published.count == 2)
    }

    @Test("in a batch, another user's event is refused by its index", arguments: [false, true])
    func usersBatch(isPartial: Bool) async throws {
        let api = try await api(webTokens: true)
        let anonymous = #"{"product_id":2,"event_type":"view","user_session":"s"}"#
        let answer = try await api.post(
            "[\(anonymous),\(TestAPI.event(user: 18))]", to: "/events/batch?partial=\(isPartial)",
            headers: bearer(WebTokens.token(user: 17)))
        #expect(answer.status == (isPartial ? .ok : .unprocessableContent))
        #expect(api.broker.published.count == (isPartial ? 1 : 0))
        guard case .bytes(let json) = answer.body else { return }
        #expect(String(decoding: json, as: UTF8.self).contains(#""loc":["body",1,"user_id"]"#))
    }

    @Test("a user's token reads that user's data only, and no list of others")
    func usersReads() async throws {
        let api = try await api(webTokens: true)
        let headers = bearer(WebTokens.token(user: 17))
        for (path, isOpen) in [
            ("/users/17/history", true), ("/users/17/profile", true), ("/users/17/products", true),
            ("/users/17/recommendations", true), ("/users/18/history", false), ("/users/18/profile", false),
            ("/users/018/history", false), ("/users/17/similar-users", false), ("/products/1/related", false),
            ("/dlq", false), ("/users/-17/history", false), ("/users/x/history", false),
        ] {
            let status = try await api.request(.get, path, headers: headers, from: "127.0.0.1").status
            #expect((status == .forbidden) != isOpen, "\(path): \(status)")
        }
        let reader = bearer(WebTokens.token(user: 17, scope: "read"))
        #expect(try await api.request(.get, "/users/18/history", headers: reader).status == .ok)
        #expect(try await api.request(.get, "/users/17/history", from: "127.0.0.1").status == .unauthorized)
    }

    @Test("a web token that is no user's posts events by the scope alone")
    func serviceTokens() async throws {
        let api = try await api(webTokens: true)
        for (scope, status) in [("", 403), ("read", 403), ("ingest", 200)] {
            let token = WebTokens.token(#"{"sub":"shop","exp":1700000300,"scope":"\#(scope)"}"#)
            #expect(try await api.post(TestAPI.event(user: 5), headers: bearer(token)).status.code == status)
        }
    }

    @Test("a refused web token's answer tells why, and quotes nothing of it")
    func reasons() async throws {
        let api = try await api(webTokens: true)
        let token = WebTokens.token(#"{"sub":"17","exp":1600000000}"#)
        let answer = try await api.post(TestAPI.event(), headers: bearer(token))
        #expect(answer.status == .unauthorized)
        #expect(answer.text("detail") == "The web token is refused: it has expired.")
        #expect(answer.headers["WWW-Authenticate"] == "Bearer error=\"invalid_token\"")
    }

    @Test("pages may send a user's token where web tokens are taken")
    func pages() async throws {
        var administration = HTTPAPI.Administration()
        let origin = try AllowedOrigin("https://shop.example")
        let ask: HTTPHeaders = ["Origin": "https://shop.example", "Access-Control-Request-Method": "POST"]
        for takesTokens in [false, true] {
            if takesTokens {
                administration.credentials = Credentials([], webTokens: WebTokenRules(secret: WebTokens.secret))
            }
            let api = try await TestAPI(administration: administration, allowedOrigins: [origin])
            let answer = try await api.request(.options, "/events", headers: ask)
            let fields = answer.headers["Access-Control-Allow-Headers"] ?? ""
            #expect(fields.contains("Authorization") == takesTokens)
        }
    }

    // MARK: Actions

    private static let actions = HTTPAPI.routes.routes.filter { $0.access == .tokenHolder && $0.method != .get }

    @Test("an action that a page of another origin sends is refused, with the right token too", arguments: actions)
    func foreignPages(route: Route) async throws {
        let api = try await api(["secret"])
        for (headers, isForeign) in [
            (["Sec-Fetch-Site": "cross-site"], true), (["Sec-Fetch-Site": "same-site"], true),
            (["Origin": "https://evil.example"], true), (["Origin": "null"], true), (["Origin": ""], true),
            (["Origin": "http://localhost:8000.evil.example"], true), (["Origin": "http://localhost"], true),
            (["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"], true),
            (["Sec-Fetch-Site": "same-origin"], false), (["Sec-Fetch-Site": "none"], false),
            (["Origin": "https://localhost:8000"], false), ([:], false),
        ] as [([String: String], Bool)] {
            var fields = bearer("secret")
            fields["Host"] = "localhost:8000"
            for (name, value) in headers { fields[name] = value }
            let answer = try await api.request(route.method, route.examplePath, headers: fields)
            #expect((answer.status == .forbidden) == isForeign, "\(headers): \(answer.status)")
            if isForeign { #expect(answer.text("type") == "urn:debias-events:problem:cross-site") }
        }
    }

    @Test("every action is told with its caller, its parameters and what became of it, and never its body")
    func actionsAreTold() async throws {
        let notices = Recorder<HTTPAPI.Notice>()
        let api = try await api(["ops/operate:secret", "read:other"]) { notices.append($0) }
        _ = try await api.request(
            .post, "/dlq/purge?class=rejected&text=a%20b", headers: bearer("secret"), from: Self.outside)
        _ = try await api.request(
            .put, "/products/7", #"{"vector":"PRIVATE"}"#, headers: bearer("secret"), from: Self.outside)
        _ = try await api.request(.post, "/dlq/replay", headers: bearer("other"), from: Self.outside)
        _ = try await api.request(.get, "/dlq/export", headers: bearer("secret"), from: Self.outside)
        _ = try await api.request(.get, "/dlq", headers: bearer("secret"), from: Self.outside)
        let actions = notices.entries.compactMap { notice -> HTTPAPI.Action? in
            if case .action(let action) = notice { action } else { nil }
        }
        #expect(actions.map(\.path) == ["/dlq/purge", "/products/7", "/dlq/replay", "/dlq/export"])
        #expect(actions.map(\.caller) == ["ops", "ops", "token-2", "ops"])
        #expect(actions.map(\.status) == [200, 422, 403, 200])
        #expect(actions.first?.parameters == ["class": "rejected", "text": "a b"])
        #expect(actions.allSatisfy { $0.address == Self.outside })
        #expect(!"\(notices.entries)".contains("PRIVATE") && !"\(notices.entries)".contains("secret"))
    }

    @Test("pages are sent with what keeps others from running or framing them, and nothing else is")
    func pageHeaders() {
        var page = HTTPResponse(headers: ["Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "origin"])
        page.secureIfPage()
        let policy = page.headers["Content-Security-Policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(page.headers["X-Content-Type-Options"] == "nosniff")
        #expect(page.headers.values(of: "Referrer-Policy") == ["origin"], "what the page says stays")
        var other = HTTPResponse.json([])
        other.secureIfPage()
        #expect(other.headers == HTTPResponse.json([]).headers)
    }
}
