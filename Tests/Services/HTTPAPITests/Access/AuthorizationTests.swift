import HTTPMessages
import HTTPServer
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct AuthorizationTests {
    private static let reads = ["/users/1/history", "/users/1/profile"]

    private func status(
        _ path: String, _ headers: HTTPHeaders = [:], from address: String = "192.0.2.7", tokens: [String] = [],
        opensReads: Bool = false, isLoopbackOnly: Bool = true
    ) async throws -> Int {
        var administration = HTTPAPI.Administration(tokens: tokens, opensReads: opensReads)
        administration.isLoopbackOnly = isLoopbackOnly
        let api = try await TestAPI(administration: administration)
        return try await api.request(.get, path, headers: headers, from: address).status.code
    }

    // MARK: - Tokens

    @Test(
        "white space around tokens is none of them, and Bearer is written in any case",
        arguments: [
            "Bearer secret", "bearer secret", "BEARER secret", "Bearer  secret", "Bearer\tsecret ", " Bearer secret",
            "bEARER other token",
        ])
    func knownTokens(authorization: String) {
        let tokens = Credentials([" secret\r\n", "\tother token\n", "", " \n"])
        #expect(tokens.verdict(on: authorization, at: TestAPI.now).caller != nil)
    }

    @Test(
        "other tokens are unknown, and nothing is none",
        arguments: [
            "Bearer secre", "Bearer secret2", "secret", "Basic secret", "Bearer", "Bearersecret", "Bearer se cret",
        ])
    func unknownTokens(authorization: String) {
        let tokens = Credentials(["secret"])
        guard case .unknown(reason: nil) = tokens.verdict(on: authorization, at: TestAPI.now) else {
            Issue.record("the token is taken")
            return
        }
        for missing in [nil, "", "  "] {
            guard case .missing = tokens.verdict(on: missing, at: TestAPI.now) else {
                Issue.record("nothing is taken for a token")
                return
            }
        }
    }

    @Test("tokens of white space alone are none, so that nothing is open to an empty token")
    func emptyTokens() async throws {
        #expect(Credentials([""]).isEmpty && Credentials([" \n", "read: "]).isEmpty)
        #expect(try await status("/dlq", ["Authorization": "Bearer "], tokens: [""]) == 403)
    }

    @Test("a refused token is told with its route and address, and without the token")
    func refusedTokensAreTold() async throws {
        let notices = Recorder<HTTPAPI.Notice>()
        let api = try await TestAPI(administration: .init(tokens: ["secret"])) { notices.append($0) }
        _ = try await api.request(.get, "/dlq/abc", headers: ["Authorization": "Bearer guess"], from: "192.0.2.7")
        _ = try await api.request(.get, "/users/1/profile", from: "192.0.2.8")
        _ = try await api.request(.get, "/dlq/watch", headers: ["Authorization": "bearer secret"], from: "192.0.2.9")
        #expect(
            notices.entries == [
                .unauthorized(route: "/dlq/{id}", address: "192.0.2.7", hasToken: true),
                .unauthorized(route: "/users/{id}/profile", address: "192.0.2.8", hasToken: false),
            ])
        #expect(!"\(notices.entries)".contains("guess"))
    }

    // MARK: - Reads

    @Test(
        "histories and profiles are closed beyond this machine, unless a token opens them or everyone may read",
        arguments: reads)
    func readsAreClosedBeyondThisMachine(path: String) async throws {
        let open = path.hasSuffix("history") ? 200 : 404
        #expect(try await status(path) == 403)
        #expect(try await status(path, from: "127.0.0.1") == open)
        #expect(try await status(path, from: "::1") == open)
        #expect(try await status(path, opensReads: true) == open)
        #expect(try await status(path, tokens: ["a"]) == 401)
        #expect(try await status(path, ["Authorization": "Bearer b"], tokens: ["a"]) == 401)
        #expect(try await status(path, ["Authorization": "Bearer a"], tokens: ["a"]) == open)
    }

    @Test(
        "reads are closed to this machine, too, where others reach the server or a token names the scope",
        arguments: reads)
    func readsAreClosedToThisMachine(path: String) async throws {
        let open = path.hasSuffix("history") ? 200 : 404
        #expect(try await status(path, from: "127.0.0.1", isLoopbackOnly: false) == 403)
        #expect(try await status(path, from: "127.0.0.1", tokens: ["a"], isLoopbackOnly: false) == 401)
        #expect(try await status(path, from: "127.0.0.1", opensReads: true, isLoopbackOnly: false) == open)
        #expect(try await status(path, from: "127.0.0.1", tokens: ["a"]) == open)
        #expect(try await status(path, from: "127.0.0.1", tokens: ["ingest:a"]) == open)
        #expect(try await status(path, from: "127.0.0.1", tokens: ["read:a"]) == 401)
        #expect(
            try await status(path, ["Authorization": "Bearer a"], from: "127.0.0.1", tokens: ["read:a"]) == open)
    }

    @Test(
        "the addresses by which only this machine reaches a server",
        arguments: [
            ("127.0.0.1", true), ("::1", true), ("localhost", true), ("127.8.9.1", true), ("0.0.0.0", false),
            ("*", false),
            ("::", false), ("192.0.2.1", false), ("localhost.example", false), ("127.0.0.1.example", false),
            ("", false),
        ])
    func loopbackAddresses(host: String, isLoopback: Bool) {
        #expect(HTTPAPI.Administration.isLoopback(host) == isLoopback)
    }

    @Test("the answer to a closed read says how to open it", arguments: reads)
    func closedReadSaysHowToOpenIt(path: String) async throws {
        let response = try await TestAPI().request(.get, path, from: "192.0.2.7")
        #expect(response.text("detail")?.contains("--open-reads") == true)
        #expect(response.text("type") == "urn:debias-events:problem:closed")
    }

    @Test(
        "what a proxy on this machine forwards is not this machine's, nor what a page sends to a name of its own",
        arguments: [
            ["X-Forwarded-For": "192.0.2.7"], ["Forwarded": "for=192.0.2.7"], ["X-Real-IP": "192.0.2.7"],
            ["Via": "1.1 proxy"], ["Host": "evil.example:8000"], ["Host": "127.0.0.1.evil.example"],
            ["Host": "192.0.2.7"],
            ["Host": "localhost.evil.example"], ["Host": ""],
        ] as [HTTPHeaders])
    func forwardedReads(headers: HTTPHeaders) async throws {
        #expect(try await status("/users/1/history", headers, from: "127.0.0.1") == 403)
    }

    @Test(
        "names and addresses of this machine are its own",
        arguments: ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:8000", "127.1.2.3", "[::1]", "[::1]:8000"])
    func ownNames(host: String) async throws {
        #expect(try await status("/users/1/history", ["Host": host], from: "127.0.0.1") == 200)
        #expect(try await status("/users/1/history", ["Host": host], from: "192.0.2.7") == 403)
    }
}
