import Foundation
import TestSupport
import Testing

/// Requests in the shapes that attackers try, against the running program: each gets its refusal and changes nothing.
/// docs/threat-model.md names the threats.
extension SystemTests {
    @Suite struct AttackTests {
        struct Attack: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let statuses: Set<Int>
            var method = "POST"
            var target = "/dlq/purge?confirm=true"
            var headers: [String] = []
            var body: String?
            /// The whole request, where it is to be said in other bytes than a client's.
            var raw: String?
        }

        private static let token = "Authorization: Bearer operators-own-token"
        private static let event = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#

        private static func encoded(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        }

        private static func unsigned(_ header: String, signature: String = "") -> String {
            "Authorization: Bearer \(encoded(header)).\(encoded(#"{"sub":"1","scope":"operate","exp":4102444800}"#)).\(signature)"
        }

        static let attacks: [Attack] = [
            // Without a token, or with what is none.
            Attack(testDescription: "a purge without a token", statuses: [401]),
            Attack(
                testDescription: "a purge with another token", statuses: [401], headers: ["Authorization: Bearer guess"]
            ),
            Attack(testDescription: "an empty token", statuses: [401], headers: ["Authorization: Bearer "]),
            Attack(
                testDescription: "the token of Basic authentication", statuses: [401],
                headers: ["Authorization: Basic b3BlcmF0b3JzLW93bi10b2tlbg=="]),
            Attack(
                testDescription: "the token in the query", statuses: [401],
                target: "/dlq/purge?confirm=true&access_token=operators-own-token&token=operators-own-token"),
            Attack(
                testDescription: "the token in a cookie", statuses: [401],
                headers: ["Cookie: token=operators-own-token"]),
            Attack(
                testDescription: "the beginning of the token", statuses: [401],
                headers: ["Authorization: Bearer operators-own-toke"]),
            Attack(
                testDescription: "the token in capitals", statuses: [401],
                headers: ["Authorization: Bearer OPERATORS-OWN-TOKEN"]),
            Attack(
                testDescription: "a token that may only read", statuses: [403],
                headers: ["Authorization: Bearer readers-own-token"]),
            Attack(
                testDescription: "erasing by a token that may only read", statuses: [403], method: "DELETE",
                target: "/users/1",
                headers: ["Authorization: Bearer readers-own-token"]),
            Attack(
                testDescription: "a user's history without a token", statuses: [401], method: "GET",
                target: "/users/1/history"),
            Attack(
                testDescription: "a user's history from an address that the request claims", statuses: [401],
                method: "GET",
                target: "/users/1/history", headers: ["X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1"]),
            Attack(testDescription: "letters without a token", statuses: [401], method: "GET", target: "/dlq"),
            Attack(testDescription: "letters by HEAD", statuses: [401], method: "HEAD", target: "/dlq"),
            // Web tokens.
            Attack(
                testDescription: "a web token of no algorithm", statuses: [401], headers: [unsigned(#"{"alg":"none"}"#)]
            ),
            Attack(
                testDescription: "a web token of no algorithm in other letters", statuses: [401],
                headers: [unsigned(#"{"alg":"nOnE"}"#, signature: "AA")]),
            Attack(
                testDescription: "a web token whose signature is missing", statuses: [401],
                headers: [unsigned(#"{"alg":"HS256"}"#)]),
            Attack(
                testDescription: "a web token with a key of its own", statuses: [401],
                headers: [
                    unsigned(
                        #"{"alg":"RS256","jwk":{"kty":"oct","k":"AA"},"jku":"http://127.0.0.1:1/"}"#, signature: "AA")
                ]),
            Attack(
                testDescription: "a web token whose key is a file", statuses: [401],
                headers: [unsigned(#"{"alg":"HS256","kid":"../../../../dev/null"}"#, signature: "AA")]),
            Attack(
                testDescription: "a web token of deep JSON", statuses: [401],
                headers: [unsigned(String(repeating: "[", count: 4_000), signature: "AA")]),
            // Pages of others.
            Attack(
                testDescription: "a form of another page", statuses: [403],
                headers: [token, "Sec-Fetch-Site: cross-site", "Content-Type: application/x-www-form-urlencoded"]),
            Attack(
                testDescription: "a request of a page of the same site", statuses: [403],
                headers: [token, "Sec-Fetch-Site: same-site"]),
            Attack(
                testDescription: "a foreign origin", statuses: [403], headers: [token, "Origin: https://evil.example"]),
            Attack(testDescription: "a page without an origin", statuses: [403], headers: [token, "Origin: null"]),
            Attack(
                testDescription: "a foreign origin that begins like ours", statuses: [403],
                headers: [token, "Origin: http://localhost.evil.example"]),
            Attack(
                testDescription: "an event as a form", statuses: [415],
                raw: "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 9\r\n\r\nuser_id=1"),
            Attack(
                testDescription: "an event as text of a foreign page", statuses: [415], target: "/events",
                headers: ["Origin: https://evil.example", "Content-Type: text/plain", "Content-Length: 0"]),
            // Other methods and paths.
            Attack(
                testDescription: "a method in a header", statuses: [405], method: "GET",
                target: "/dlq/purge?confirm=true",
                headers: [token, "X-HTTP-Method-Override: POST"]),
            Attack(
                testDescription: "a method in the query", statuses: [405], method: "GET",
                target: "/dlq/purge?confirm=true&_method=POST",
                headers: [token]),
            Attack(testDescription: "TRACE", statuses: [405], method: "TRACE", target: "/dlq", headers: [token]),
            Attack(
                testDescription: "CONNECT", statuses: [400, 404, 405], method: "CONNECT", target: "127.0.0.1:22",
                headers: [token]),
            Attack(
                testDescription: "a path above the root", statuses: [400, 404], method: "GET",
                target: "/docs/../../etc/passwd"),
            Attack(
                testDescription: "a path above the root, encoded", statuses: [400, 404], method: "GET",
                target: "/docs/%2e%2e%2f%2e%2e%2fetc/passwd"),
            Attack(
                testDescription: "a guarded path behind two slashes", statuses: [401, 404],
                target: "//dlq/purge?confirm=true"),
            Attack(
                testDescription: "a guarded path with a dot in it", statuses: [404], target: "/./dlq/purge?confirm=true"
            ),
            Attack(testDescription: "a guarded path in capitals", statuses: [404], target: "/DLQ/purge?confirm=true"),
            Attack(
                testDescription: "a guarded path behind an open one", statuses: [404],
                target: "/health/../dlq/purge?confirm=true"),
            Attack(
                testDescription: "a guarded path with an encoded slash", statuses: [401, 404],
                target: "/dlq%2fpurge?confirm=true"),
            Attack(
                testDescription: "a guarded path with a parameter", statuses: [401, 404],
                target: "/dlq;a=b/purge?confirm=true"),
            Attack(
                testDescription: "a guarded path with NUL", statuses: [400, 404],
                target: "/dlq/purge%00.html?confirm=true"),
            Attack(
                testDescription: "a guarded path as a whole URL of another host", statuses: [401],
                target: "http://evil.example/dlq/purge?confirm=true"),
            Attack(
                testDescription: "a path in another header", statuses: [404, 405], target: "/",
                headers: ["X-Original-URL: /dlq/purge"]),
            Attack(testDescription: "the source's folder", statuses: [404], method: "GET", target: "/.git/config"),
            // Bytes.
            Attack(
                testDescription: "a header in a header's value", statuses: [400],
                raw: "POST /dlq/purge?confirm=true HTTP/1.1\r\nHost: localhost\r\nX: a\nAuthorization: Bearer x\r\n\r\n"
            ),
            Attack(
                testDescription: "a line feed in the target", statuses: [400],
                method: "GET", target: "/users/1/history%0d%0aSet-Cookie:a=b%00"),
            Attack(
                testDescription: "a length and chunks", statuses: [400],
                raw:
                    "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            Attack(
                testDescription: "two lengths", statuses: [400],
                raw: "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}"),
            Attack(
                testDescription: "two hosts", statuses: [400],
                raw: "GET /dlq HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
            Attack(
                testDescription: "a head without an end", statuses: [431], method: "GET", target: "/health",
                headers: ["X: \(String(repeating: "a", count: 70_000))"]),
            Attack(
                testDescription: "a long target", statuses: [414, 431], method: "GET",
                target: "/\(String(repeating: "a", count: 70_000))"),
            // Bodies.
            Attack(
                testDescription: "a body above the bound", statuses: [413], target: "/events",
                headers: ["Content-Type: application/json", "Content-Length: 99999999"]),
            Attack(
                testDescription: "deep JSON", statuses: [400], target: "/events",
                body: String(repeating: "[", count: 100_000)),
            Attack(
                testDescription: "a long number", statuses: [400, 422], target: "/events",
                body: event.replacingOccurrences(
                    of: "\"user_id\":1", with: "\"user_id\":1\(String(repeating: "0", count: 5_000))")),
            Attack(
                testDescription: "a query of the graph in a session", statuses: [422], target: "/events",
                body: event.replacingOccurrences(of: "\"view\"", with: #""view'}) DETACH DELETE n //""#)),
            Attack(
                testDescription: "gzip that is none", statuses: [400], target: "/events",
                headers: ["Content-Encoding: gzip"],
                body: event),
            Attack(
                testDescription: "an id that is a statement", statuses: [422], method: "DELETE",
                target: "/users/1%20OR%201=1",
                headers: [token]),
            Attack(
                testDescription: "a misspelt confirmation", statuses: [422], target: "/dlq/purge?confirm=TRUE",
                headers: [token]),
            Attack(
                testDescription: "a misspelt dry run", statuses: [422], target: "/dlq/replay?dry_run=yes",
                headers: [token]),
        ]

        @Test("attack-shaped requests get a 4xx and change nothing")
        func attacks() throws {
            #expect(Self.attacks.count >= 30)
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers"],
                environment: [
                    "DEBIAS_API_TOKENS": "ops/operate:operators-own-token,reads/read:readers-own-token",
                    "DEBIAS_JWT_SECRET_FILE": "",
                ].filter { !$0.value.isEmpty })
            let before = try queues(port)
            for attack in Self.attacks {
                let client = try RawClient(port: port)
                let answer: RawClient.Answer?
                if let raw = attack.raw {
                    client.send(raw.utf8)
                    answer = client.receive()
                } else {
                    answer = client.request(attack.method, attack.target, attack.body, headers: attack.headers)
                }
                // The answer to HEAD has no body, which the client would wait for.
                let status = attack.method == "HEAD" && answer == nil ? 401 : answer?.status
                #expect(status.map(attack.statuses.contains) == true, "\(attack.testDescription): \(status ?? 0)")
                if let answer, attack.method != "HEAD" {
                    #expect(answer.headers["content-type"] == "application/problem+json", "\(attack.testDescription)")
                    #expect(answer.headers["set-cookie"] == nil && !answer.body.contains("operators-own-token"))
                }
            }
            #expect(try queues(port) == before, "no request has put, sent or removed anything")
            #expect(server.terminate() == 0)
            #expect(
                (try? String(contentsOfFile: directory.path + "/audit.ndjson", encoding: .utf8))?
                    .contains("\"status\":200") != true)
        }

        private func queues(_ port: UInt16) throws -> String {
            try #require(try RawClient(port: port).request("GET", "/rabbitmq/health")).body
        }
    }
}
