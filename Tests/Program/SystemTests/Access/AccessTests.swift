import Crypto
import Foundation
import TestSupport
import Testing

/// Tokens, rate limits and the audit log of the running program.
extension SystemTests {
    @Suite struct AccessTests {
        private static let event = #"{"product_id":2,"event_type":"view","user_session":"s"}"#

        /// A web token of HS256 that ends in 2100.
        static func webToken(_ claims: String, secret: String) -> String {
            func encoded(_ bytes: some Sequence<UInt8>) -> String {
                Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
                    .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            }
            let text = encoded(#"{"alg":"HS256"}"#.utf8) + "." + encoded("{\"exp\":4102444800,\(claims)}".utf8)
            return "\(text).\(encoded(HMAC.sha256(key: Array(secret.utf8), message: Array(text.utf8)).bytes))"
        }

        @Test("SIGHUP has tokens and the secret of web tokens read again, and a damaged file changes nothing")
        func reloading() async throws {
            let directory = try TemporaryDirectory()
            let (tokens, secret) = (directory.path + "/tokens", directory.path + "/secret")
            let secrets = ["a", "b"].map { String(repeating: $0, count: 32) }
            try "ops/operate:first\n".write(toFile: tokens, atomically: true, encoding: .utf8)
            try "\(secrets[0])\n".write(toFile: secret, atomically: true, encoding: .utf8)
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers", "--api-token-file", tokens, "--jwt-secret-file", secret])
            let client = try RawClient(port: port)
            func letters(_ token: String) -> Int? {
                client.request("GET", "/dlq", headers: ["Authorization: Bearer \(token)"])?.status
            }
            func post(_ secret: String) -> Int? {
                let token = Self.webToken(#""sub":"17""#, secret: secret)
                return client.request("POST", "/events", Self.event, headers: ["Authorization: Bearer \(token)"])?
                    .status
            }
            #expect(letters("first") == 200 && letters("second") == 401)
            #expect(post(secrets[0]) == 200 && post(secrets[1]) == 401)
            try "ops/operate:second\n".write(toFile: tokens, atomically: true, encoding: .utf8)
            try secrets[1].write(toFile: secret, atomically: true, encoding: .utf8)
            server.hangUp()
            try await eventually("the new token is taken") { letters("second") == 200 }
            #expect(letters("first") == 401)
            #expect(post(secrets[0]) == 401 && post(secrets[1]) == 200)
            try "short".write(toFile: secret, atomically: true, encoding: .utf8)
            try "ops/operate:third\n".write(toFile: tokens, atomically: true, encoding: .utf8)
            server.hangUp()
            #expect(letters("second") == 200 && post(secrets[1]) == 200)
            #expect(server.terminate() == 0)
        }

        @Test("a client above --rate-limit is told when to come again")
        func rateLimit() throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers", "--rate-limit", "3/h"])
            let client = try RawClient(port: port)
            let answers = (0..<4).map { _ in client.request("GET", "/health") }
            #expect(answers.map { $0?.status } == [200, 200, 200, 429])
            #expect(answers[3]?.headers["retry-after"].flatMap(Int.init) ?? 0 > 0)
            #expect(server.terminate() == 0)
        }

        @Test("what operators did stands in the audit log, a line each, without bodies and tokens")
        func auditLog() throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers"],
                environment: ["DEBIAS_API_TOKENS": "ops/operate:opening,reads/read:reading"])
            let client = try RawClient(port: port)
            func act(_ method: String, _ path: String, _ body: String? = nil, _ token: String = "opening") -> Int? {
                client.request(method, path, body, headers: ["Authorization: Bearer \(token)"])?.status
            }
            #expect(act("POST", "/dlq/purge?class=rejected&confirm=true") == 200)
            #expect(act("PUT", "/products/7", #"{"vector":[0.5,0.25]}"#) == 200)
            #expect(act("DELETE", "/users/1", nil, "reading") == 403)
            #expect(act("DELETE", "/users/1", nil, "unknown") == 401)
            #expect(act("GET", "/dlq") == 200)
            #expect(server.terminate() == 0)
            let text = try String(contentsOfFile: directory.path + "/audit.ndjson", encoding: .utf8)
            let lines = try text.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(lines.map { $0["path"] as? String } == ["/dlq/purge", "/products/7", "/users/1"])
            #expect(lines.map { $0["caller"] as? String } == ["ops", "ops", "reads"])
            #expect(lines.map { $0["status"] as? Int } == [200, 200, 403])
            #expect(lines.first?["parameters"] as? [String: String] == ["class": "rejected", "confirm": "true"])
            #expect(lines.allSatisfy { $0["address"] as? String == "127.0.0.1" && $0["time"] is String })
            for part in ["0.25", "opening", "reading", "unknown"] { #expect(!text.contains(part), "\(part)") }
        }
    }
}
