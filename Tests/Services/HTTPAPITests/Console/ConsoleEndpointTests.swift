import Console
import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.timeLimit(.minutes(1))) struct ConsoleEndpointTests {
    private static let token: HTTPHeaders = ["Authorization": "Bearer secret"]

    private func api() async throws -> TestAPI {
        try await TestAPI(administration: .init(tokens: ["secret"]))
    }

    @Test(
        "the page's files are served with a tag, and are let do nothing but ask this server",
        arguments: [
            "/console", "/console/files/console.css", "/console/files/console.js", "/console/files/elements.js",
            "/console/files/letters.js", "/console/files/server.js",
        ])
    func filesAreServed(path: String) async throws {
        let api = try await api()
        let response = try await api.request(.get, path, from: "192.0.2.7")
        #expect(response.status == .ok)
        #expect(try await response.body.whole().count > 100)
        let policy = try #require(response.headers["Content-Security-Policy"])
        for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
            #expect(policy.contains(part))
        }
        #expect(!policy.contains("unsafe"))
        #expect(response.headers["X-Content-Type-Options"] == "nosniff")
        #expect(response.headers["Referrer-Policy"] == "no-referrer")
        let tag = try #require(response.headers["ETag"])
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = try await api.request(.get, path, headers: ["If-None-Match": known])
            #expect(again.status == .notModified)
        }
        #expect(try await api.request(.get, path, headers: ["If-None-Match": "\"other\""]).status == .ok)
    }

    @Test("all files together are below 80 KB, and name no other host")
    func filesAreSmall() async throws {
        let api = try await api()
        var size = 0
        for path in [
            "", "/files/console.css", "/files/console.js", "/files/elements.js", "/files/letters.js",
            "/files/server.js",
        ] {
            let bytes = try await api.request(.get, "/console\(path)").body.whole()
            size += bytes.count
            let hosts = String(decoding: bytes, as: UTF8.self).split(separator: "://").dropFirst().map {
                String($0.prefix { $0.isLetter || $0.isNumber || $0 == "." })
            }
            // The namespace of SVG, which nobody asks for anything.
            #expect(hosts.allSatisfy { $0 == "www.w3.org" }, "\(hosts)")
        }
        #expect(size < 80_000)
        #expect(try await api.request(.get, "/console/files/other").status == .notFound)
    }

    @Test("a client learns what it may do, and nothing is reported or counted for the question")
    func accessIsTold() async throws {
        let notices = Recorder<HTTPAPI.Notice>()
        let api = try await TestAPI(administration: .init(tokens: ["secret"])) { notices.append($0) }
        let stranger = try await api.request(.get, "/console/access", from: "192.0.2.7").object
        for name in ["read", "letters", "operate"] {
            let permission = try #require(stranger[name] as? [String: Any])
            #expect(permission["allowed"] as? Bool == false)
            #expect((permission["reason"] as? String)?.contains("Authorization: Bearer") == true)
        }
        let here = try await api.request(.get, "/console/access").object
        #expect((here["read"] as? [String: Any])?["allowed"] as? Bool == true)
        #expect((here["operate"] as? [String: Any])?["allowed"] as? Bool == false)
        let holder = try await api.request(.get, "/console/access", headers: Self.token, from: "192.0.2.7").object
        #expect((holder["operate"] as? [String: Any])?["allowed"] as? Bool == true)
        #expect(notices.count == 0 && api.api.monitoring.unauthorized.missing == 0)
    }

    @Test("a stream more than may be is 503, and an answer that is not sent keeps no place")
    func streamsAreBounded() async throws {
        let api = try await api()
        var streams: [HTTPResponse] = []
        for _ in 0..<ConsoleFeed.viewerLimit { streams.append(try await api.request(.get, "/console/stream")) }
        #expect(streams.allSatisfy { $0.status == .ok && $0.headers["Content-Type"] == "text/event-stream" })
        let refused = try await api.request(.get, "/console/stream")
        #expect(refused.status == .serviceUnavailable && refused.headers["Retry-After"] == "10")
        streams.removeLast()
        #expect(try await api.request(.get, "/console/stream").status == .ok)
    }
}
