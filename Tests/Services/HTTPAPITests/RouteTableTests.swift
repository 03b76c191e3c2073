import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

/// Over the table itself, so that a new entry is covered by being there.
@Suite struct RouteTableTests {
    private static let token = "secret"
    private static let methods: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .trace, "BREW"]

    /// An API that is open to the holder of the token, and whose broker answers at once, if only that it is away.
    private func withAPI(tokens: [String] = [token], _ body: (TestAPI) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let api = try await TestAPI(administration: .init(tokens: tokens, replays: directory.file("replays")))
        api.broker.failStatus(with: MessagingError(.unavailable, "away"))
        try await body(api)
    }

    private func headers(of route: Route, token: String = token) -> HTTPHeaders {
        route.asksForToken ? ["Authorization": "Bearer \(token)"] : [:]
    }

    @Test("every route answers", arguments: HTTPAPI.routes.routes)
    func everyRouteAnswers(route: Route) async throws {
        try await withAPI { api in
            let response = try await api.request(route.method, route.examplePath, headers: headers(of: route))
            #expect(response.problem != "not-found")
            #expect(![.methodNotAllowed, .unauthorized, .forbidden].contains(response.status), "\(response.status)")
        }
    }

    @Test("HEAD is answered like GET", arguments: HTTPAPI.routes.routes.filter { $0.method == .get })
    func headIsAnsweredAsGET(route: Route) async throws {
        try await withAPI { api in
            let get = try await api.request(.get, route.examplePath, headers: headers(of: route))
            let head = try await api.request(.head, route.examplePath, headers: headers(of: route))
            #expect(head.status == get.status)
            #expect(head.headers["Content-Type"] == get.headers["Content-Type"])
        }
    }

    @Test("every other method on a route's path is a 405 that names the right ones", arguments: HTTPAPI.routes.routes)
    func everyOtherMethodIsA405(route: Route) async throws {
        let taken = HTTPAPI.routes.routes.filter { $0.pattern == route.pattern }.map(\.method)
        let allowed = taken.flatMap { $0 == .get ? [$0, .head] : [$0] }
        try await withAPI { api in
            for method in Self.methods where !allowed.contains(method) {
                let response = try await api.request(method, route.examplePath, headers: headers(of: route))
                #expect(response.status == .methodNotAllowed, "\(method)")
                #expect(response.headers["Allow"] == allowed.map(\.rawValue).joined(separator: ", "))
            }
        }
    }

    @Test("OPTIONS tells anyone the methods of a path", arguments: HTTPAPI.routes.routes)
    func optionsTellsWhatAPathTakes(route: Route) async throws {
        try await withAPI { api in
            let response = try await api.request(.options, route.examplePath)
            #expect(response.status == .noContent)
            let allowed = response.headers["Allow"]?.split(separator: ", ").map(String.init)
            #expect(allowed?.contains(route.method.rawValue) == true)
            guard case .empty = response.body else {
                Issue.record("204 has no body")
                return
            }
        }
    }

    @Test("a token is required where the table says so and nowhere else", arguments: HTTPAPI.routes.routes)
    func tokenIsAskedFor(route: Route) async throws {
        let isOpen = !route.asksForToken
        try await withAPI { api in
            for headers: HTTPHeaders in [[:], ["Authorization": "Bearer other"], ["Authorization": Self.token]] {
                let response = try await api.request(
                    route.method, route.examplePath, headers: headers, from: "192.0.2.7")
                #expect((response.status == .unauthorized) != isOpen)
                #expect((response.headers["WWW-Authenticate"] == "Bearer") != isOpen)
            }
        }
        try await withAPI(tokens: []) { api in
            let response = try await api.request(
                route.method, route.examplePath, headers: headers(of: route), from: "192.0.2.7")
            #expect((response.status == .forbidden) != isOpen)
        }
    }

    @Test("dead letters, the mode and writes are for token holders, users' data for readers, the rest for anyone")
    func whoMayCallWhat() {
        for route in HTTPAPI.routes.routes {
            let expected: [Route.Access] =
                switch route.pattern.segments.first {
                case .literal("dlq"), .literal("mode"): [.tokenHolder]
                case .literal("users"), .literal("products"):
                    route.method == .get ? [.reader, .readerOrUser] : [.tokenHolder]
                case .literal("recommendations"): [.reader]
                case .literal("console"): [.anyone, .reader]
                default: [.anyone, .anyoneAndPages]
                }
            #expect(expected.contains(route.access), "\(route.testDescription)")
        }
    }

    @Test("pages may post events and nothing else")
    func pagesMayPostEvents() {
        let open = HTTPAPI.routes.routes.filter { $0.access == .anyoneAndPages }
        #expect(open.map(\.testDescription).sorted() == ["POST /events", "POST /events/batch"])
    }

    @Test("single events may bypass the table, since anyone and any page may post them")
    func singleEventsMayTakeTheShortWay() throws {
        let (path, _) = try #require(HTTPAPI.routes.find("/events"))
        #expect(path.route(for: .post)?.access == .anyoneAndPages)
    }

    @Test("every route has its own summary")
    func everyRouteHasASummary() {
        let summaries = HTTPAPI.routes.routes.map(\.summary)
        #expect(summaries.allSatisfy { $0.count > 10 && $0.hasSuffix(".") && $0.first?.isUppercase == true })
        #expect(Set(summaries).count == summaries.count)
    }

    @Test("every route is found by a path of its own pattern, with its parameters", arguments: HTTPAPI.routes.routes)
    func everyRouteIsFound(route: Route) throws {
        let (path, parameters) = try #require(HTTPAPI.routes.find(route.examplePath))
        #expect(path.pattern == route.pattern)
        #expect(path.routes.filter { $0.method == route.method }.count == 1)
        for case .parameter(let name) in route.pattern.segments { #expect(parameters[String(name)] == "1") }
    }

    @Test("a pattern without parameters comes before one with them, in any order of the entries")
    func patternWithoutParametersComesFirst() throws {
        let patterns: [PathPattern] = ["/a/{x}", "/{x}/b", "/a/b", "/a"]
        for patterns in [patterns, patterns.reversed()] {
            let table = RouteTable(
                patterns.map { Route(.get, $0, for: .anyone, HTTPAPI.health, "") })
            #expect(table.find("/a/b")?.path.pattern == "/a/b")
            #expect(table.find("/a/c")?.path.pattern == "/a/{x}")
            #expect(table.find("/c/b")?.path.pattern == "/{x}/b")
            #expect(table.find("/a/")?.parameters["x"] == "")
            #expect(table.find("/c/c")?.path.pattern == nil)
        }
    }
}

extension Route: CustomTestStringConvertible {
    var testDescription: String { "\(method) \(pattern)" }

    /// Whether clients of other machines need a token.
    fileprivate var asksForToken: Bool { access != .anyone && access != .anyoneAndPages }

    /// A path that the pattern matches.
    var examplePath: String {
        pattern.segments.reduce(into: "") { path, segment in
            switch segment {
            case .literal(let text): path += "/\(text)"
            case .parameter: path += "/1"
            }
        }
    }
}

extension HTTPResponse {
    /// The code of the problem in the response; nil if the response is not a problem.
    fileprivate var problem: String? {
        text("type").map { String($0.split(separator: ":").last ?? "") }
    }
}
