import Crypto
import Foundation
import HTTPMessages
import HTTPServer
import JSON
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

/// Over the table itself, so that a new entry is covered by being there.
@Suite struct DocumentTests {
    private func document() async throws -> [String: Any] {
        let answer = try await TestAPI().request(.get, "/openapi.json", from: "192.0.2.7")
        #expect(answer.status == .ok && answer.headers["Content-Type"] == "application/json")
        return answer.object
    }

    private func page() async throws -> HTTPResponse {
        try await TestAPI().request(.get, "/docs", from: "192.0.2.7")
    }

    private func operation(_ route: Route, in document: [String: Any]) throws -> [String: Any] {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let path = try #require(paths[route.pattern.description], "\(route.pattern)")
        return try #require(path[route.method.rawValue.lowercased()] as? [String: Any])
    }

    @Test(
        "every route is described with an answer, and with the parameters of its path", arguments: HTTPAPI.routes.routes
    )
    func everyRouteIsDescribed(route: Route) throws {
        #expect(!route.description.answers.isEmpty, "\(route.testDescription) has no description")
        let named = route.pattern.segments.compactMap { segment -> String? in
            if case .parameter(let name) = segment { String(name) } else { nil }
        }
        #expect(route.description.parameters.filter { $0.place == .path }.map(\.name) == named)
        let names = route.description.parameters.map { "\($0.place) \($0.name)" }
        #expect(Set(names).count == names.count)
        for text in route.description.parameters.map(\.schema)
            + route.description.bodies.flatMap({ [$0.schema, $0.example] })
            + route.description.answers.flatMap({ [$0.schema, $0.example] })
        {
            #expect(throws: Never.self, "\(text)") { try JSONValue(parsing: Array(text.utf8)) }
        }
    }

    @Test("the document has every route with all its answers, each with an example", arguments: HTTPAPI.routes.routes)
    func documentHasEveryRoute(route: Route) async throws {
        let document = try await document()
        #expect(document["openapi"] as? String == "3.1.1")
        let operation = try operation(route, in: document)
        #expect(operation["summary"] as? String == route.summary)
        let responses = try #require(operation["responses"] as? [String: [String: Any]])
        #expect(
            Set(responses.keys)
                == Set((route.problems.map(\.status) + route.description.answers.map(\.status)).map { "\($0.code)" }))
        for (status, response) in responses {
            let content = try #require(response["content"] as? [String: [String: Any]])
            for (type, media) in content {
                #expect(media["example"] != nil || media["examples"] != nil, "\(status) \(type)")
            }
        }
        #expect((operation["security"] != nil) == (route.access.scope != nil))
    }

    @Test("operations have names of their own")
    func operationIDs() {
        #expect(Set(HTTPAPI.routes.routes.map(\.operationID)).count == HTTPAPI.routes.routes.count)
    }

    @Test("what a route answers is among what the document says of it", arguments: HTTPAPI.routes.routes)
    func answersAreDocumented(route: Route) async throws {
        let directory = try TemporaryDirectory()
        let known = Set((route.problems.map(\.status) + route.description.answers.map(\.status)).map(\.code))
        for isAway in [false, true] {
            let administration = HTTPAPI.Administration(
                tokens: ["ingest+read+operate:a"], replays: directory.file("replays"))
            let api = try await TestAPI(administration: administration)
            if isAway { api.broker.failStatus(with: MessagingError(.unavailable, "away")) }
            for token in ["a", "b", nil] {
                for query in ["", "?limit=0&confirm=x&partial=x&vector=x&depth=-1"] {
                    for body in ["", "{", route.description.bodies.first?.example ?? "{}"] {
                        for type in ["application/json", "text/csv"] {
                            var headers: HTTPHeaders = ["Content-Type": type]
                            if let token { headers["Authorization"] = "Bearer \(token)" }
                            let answer = try await api.request(
                                route.method, route.examplePath + query, body, headers: headers, from: "192.0.2.7")
                            #expect(known.contains(answer.status.code), "\(answer.status) for \(query) \(body) \(type)")
                        }
                    }
                }
            }
        }
    }

    @Test("the page has every route, its parameters and its problems", arguments: HTTPAPI.routes.routes)
    func pageHasEveryRoute(route: Route) async throws {
        guard case .bytes(let bytes) = try await page().body else { return }
        let html = String(decoding: bytes, as: UTF8.self)
        let start = try #require(html.range(of: "<h2 id=\"\(route.operationID)\">"))
        let rest = html[start.upperBound...]
        let section = rest[..<(rest.range(of: "<h2 id=")?.lowerBound ?? rest.endIndex)]
        for parameter in route.description.parameters { #expect(section.contains("<code>\(parameter.name)</code>")) }
        for problem in route.problems { #expect(section.contains("<code>\(problem.code)</code>")) }
        #expect(section.contains("curl"))
    }

    @Test("the page runs nothing, loads nothing and is framed by nobody")
    func pageIsAlone() async throws {
        let answer = try await page()
        guard case .bytes(let bytes) = answer.body else { return }
        let html = String(decoding: bytes, as: UTF8.self)
        for part in [
            "<script", "<img", "<link", "<iframe", "src=", "url(", "@import", "style=\"", " onclick", "http://",
            "https://",
        ] {
            #expect(!html.contains(part), "\(part)")
        }
        let policy = answer.headers["Content-Security-Policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        let style = try #require(html.split(separator: "<style>").last?.split(separator: "</style>").first)
        let digest = Data(SHA256.hash(Array(style.utf8)).bytes).base64EncodedString()
        #expect(policy.contains("style-src 'sha256-\(digest)'"))
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
    }
}
