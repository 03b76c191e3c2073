import HTTPMessages
import HTTPServer
import HTTPWire
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

/// What browsers are told, over the table of routes, so that a new entry is covered by being there.
@Suite struct CrossOriginPolicyTests {
    static let shop = "https://shop.example"
    static let foreign = [
        "https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example",
        "https://SHOP.example", "https://shop.example/", "https://shop.exampl", "null", "*", "",
    ]

    private static let fields = [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
        "Access-Control-Max-Age", "Access-Control-Expose-Headers", "Access-Control-Allow-Credentials", "Vary",
    ]

    private func api(_ origins: String...) async throws -> TestAPI {
        let api = try await TestAPI(allowedOrigins: try origins.map { try AllowedOrigin($0) })
        api.broker.failStatus(with: MessagingError(.unavailable, "away"))
        return api
    }

    /// The fields of the protocol in an answer.
    private func told(_ response: HTTPResponse) -> [String: [String]] {
        var told: [String: [String]] = [:]
        for name in Self.fields where response.headers.contains(name) { told[name] = response.headers.values(of: name) }
        return told
    }

    private func preflight(
        _ api: TestAPI, _ path: String, from origin: String, method: String = "POST"
    ) async throws -> HTTPResponse {
        try await api.request(
            .options, path,
            headers: [
                "Origin": origin, "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type",
            ])
    }

    private func isOpen(_ route: Route) -> Bool { route.access == .anyoneAndPages }

    // MARK: - Answers

    @Test(
        "a page of an allowed origin may read the answers of the routes open to pages, and no others",
        arguments: HTTPAPI.routes.routes)
    func allowedPageMayReadOpenRoutes(route: Route) async throws {
        let api = try await api("https://other.example", Self.shop)
        let response = try await api.request(route.method, route.examplePath, headers: ["Origin": Self.shop])
        #expect(
            told(response)
                == (isOpen(route)
                    ? [
                        "Access-Control-Allow-Origin": [Self.shop], "Access-Control-Expose-Headers": ["Retry-After"],
                        "Vary": ["Origin"],
                    ] : [:]))
    }

    @Test(
        "a page of another origin may read no answer, and caches are told that it depends on the origin",
        arguments: HTTPAPI.routes.routes, foreign)
    func foreignPageMayReadNothing(route: Route, origin: String) async throws {
        let api = try await api(Self.shop)
        let response = try await api.request(route.method, route.examplePath, headers: ["Origin": origin])
        #expect(told(response) == (isOpen(route) ? ["Vary": ["Origin"]] : [:]))
        let without = try await api.request(route.method, route.examplePath)
        #expect(told(without) == (isOpen(route) ? ["Vary": ["Origin"]] : [:]))
    }

    @Test("without allowed origins nothing is said to browsers", arguments: HTTPAPI.routes.routes)
    func nothingIsSaidByDefault(route: Route) async throws {
        let api = try await api()
        for origin in [Self.shop, "null"] {
            let answer = try await api.request(route.method, route.examplePath, headers: ["Origin": origin])
            #expect(told(answer) == [:])
            #expect(told(try await preflight(api, route.examplePath, from: origin)) == [:])
        }
    }

    @Test("a star lets every page read, also one without an origin, with the same answer for all")
    func starLetsEveryPageRead() async throws {
        let api = try await api("*")
        for headers: HTTPHeaders in [["Origin": Self.shop], ["Origin": "null"], [:]] {
            let response = try await api.post(TestAPI.event(), headers: headers)
            #expect(
                told(response) == [
                    "Access-Control-Allow-Origin": ["*"], "Access-Control-Expose-Headers": ["Retry-After"],
                ])
        }
        #expect(told(try await api.request(.get, "/users/1/history", headers: ["Origin": Self.shop])) == [:])
    }

    @Test("errors can be read by the page that caused them, whatever their status")
    func errorsCanBeRead() async throws {
        let api = try await api(Self.shop)
        func post(_ body: String, _ headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
            var headers = headers
            headers["Origin"] = Self.shop
            return try await api.post(body, headers: headers)
        }
        var answers = [
            try await post("{"), try await post("{}"), try await post("", ["Content-Type": "text/html"]),
            try await post(TestAPI.event(), ["Content-Encoding": "br"]),
        ]
        api.broker.answer { _ in .rejected("full") }
        answers.append(try await post(TestAPI.event()))
        #expect(answers.map(\.status.code) == [400, 422, 415, 415, 503])
        for answer in answers {
            #expect(answer.headers.values(of: "Access-Control-Allow-Origin") == [Self.shop])
            #expect(answer.headers["Content-Type"] == "application/problem+json")
        }
        #expect(answers.last?.headers["Retry-After"] != nil)
    }

    @Test("JSON from a page of another origin is taken, as from any client that names an origin")
    func declaredJSONIsTakenFromAnyOrigin() async throws {
        let api = try await api(Self.shop)
        for origin in Self.foreign {
            #expect(try await api.post(TestAPI.event(), headers: ["Origin": origin]).status == .ok)
        }
        #expect(api.broker.published.count == Self.foreign.count)
    }

    @Test("a refusal by the server itself can be read where only one answer is possible")
    func refusalCanBeReadWhereOneAnswerIsPossible() async throws {
        let refusal = HTTPRefusal(.overloaded, detail: "because")
        let none = told(try await api().api.respond(to: refusal))
        let one = told(try await api(Self.shop).api.respond(to: refusal))
        let two = told(try await api(Self.shop, "https://other.example").api.respond(to: refusal))
        let any = told(try await api("*").api.respond(to: refusal))
        #expect(none == [:])
        #expect(one["Access-Control-Allow-Origin"] == [Self.shop])
        #expect(one["Vary"] == ["Origin"])
        #expect(two == ["Vary": ["Origin"]])
        #expect(any["Access-Control-Allow-Origin"] == ["*"])
    }

    @Test("a refusal of a request whose head is known can be read by the allowed page that sent it, of several, too")
    func refusalOfAKnownRequestCanBeRead() async throws {
        let api = try await api(Self.shop, "https://other.example")
        func refusal(_ path: String, _ origin: String) throws -> HTTPResponse {
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nOrigin: \(origin)\r\nContent-Length: 200\r\n\r\n"
            let limits = RequestLimits(
                maxHeaderBytes: 1_000, maxHeaderFields: 10, maxBodyBytes: 100,
                times: RequestLimits.Times(head: 1, body: 1, handler: 1, write: 1, whole: 1, idle: 1))
            var machine = RequestMachine(limits: limits, now: 0)
            var output: [UInt8] = []
            let action = machine.received(Array(head.utf8)[...], now: 0, bodyRoom: .max, output: &output)
            guard case .refuse(let refusal) = action else { throw TimedOut("a refusal") }
            return api.api.respond(to: refusal)
        }
        for path in ["/events", "/events/batch"] {
            for origin in [Self.shop, "https://other.example"] {
                let answer = try refusal(path, origin)
                #expect(answer.status == .contentTooLarge)
                #expect(told(answer)["Access-Control-Allow-Origin"] == [origin])
                #expect(told(answer)["Vary"] == ["Origin"])
            }
            #expect(told(try refusal(path, "https://evil.example")) == ["Vary": ["Origin"]])
        }
        #expect(told(try refusal("/dlq/purge", Self.shop)) == [:])
    }

    // MARK: - Preflights

    @Test(
        "a preflight from an allowed origin is granted where pages may post, and nowhere else",
        arguments: HTTPAPI.routes.routes)
    func preflightIsGrantedWherePagesMayPost(route: Route) async throws {
        let api = try await api(Self.shop)
        for method in [route.method.rawValue, "DELETE"] {
            let response = try await preflight(api, route.examplePath, from: Self.shop, method: method)
            #expect(response.status == .noContent)
            #expect(response.headers["Allow"]?.contains(route.method.rawValue) == true)
            #expect(
                told(response)
                    == (isOpen(route)
                        ? [
                            "Access-Control-Allow-Origin": [Self.shop], "Access-Control-Allow-Methods": ["POST"],
                            "Access-Control-Allow-Headers": [
                                "Content-Type, Content-Encoding, Idempotency-Key, traceparent"
                            ], "Access-Control-Max-Age": ["7200"], "Vary": ["Origin"],
                        ] : [:]))
        }
    }

    @Test("a preflight from another origin is granted nothing", arguments: HTTPAPI.routes.routes, foreign)
    func foreignPreflightIsGrantedNothing(route: Route, origin: String) async throws {
        let response = try await preflight(try await api(Self.shop), route.examplePath, from: origin)
        #expect(response.status == .noContent)
        #expect(told(response) == (isOpen(route) ? ["Vary": ["Origin"]] : [:]))
    }

    @Test("a preflight of any origin is granted with a star")
    func preflightWithStar() async throws {
        let response = try await preflight(try await api("*"), "/events", from: "null")
        #expect(response.headers["Access-Control-Allow-Origin"] == "*")
        #expect(response.headers["Access-Control-Allow-Methods"] == "POST")
        #expect(!response.headers.contains("Vary"))
    }

    @Test("OPTIONS that is no preflight is answered as ever", arguments: HTTPAPI.routes.routes)
    func plainOptionsIsAnsweredAsEver(route: Route) async throws {
        let api = try await api(Self.shop)
        for headers: HTTPHeaders in [[:], ["Origin": Self.shop], ["Access-Control-Request-Method": "POST"]] {
            let response = try await api.request(.options, route.examplePath, headers: headers)
            #expect(response.status == .noContent)
            #expect(told(response) == [:])
        }
    }

    @Test("a path takes methods from pages one by one")
    func pathTakesMethodsFromPagesOneByOne() throws {
        let table = RouteTable([
            Route(.get, "/a", for: .anyone, HTTPAPI.health, ""),
            Route(.post, "/a", for: .anyoneAndPages, HTTPAPI.health, ""),
            Route(.put, "/a", for: .anyoneAndPages, HTTPAPI.health, ""),
            Route(.get, "/b", for: .tokenHolder, HTTPAPI.health, ""),
        ])
        #expect(table.find("/a")?.path.allowToPages == "POST, PUT")
        #expect(table.find("/b")?.path.allowToPages == nil)
    }
}
