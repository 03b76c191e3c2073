import Foundation
import TestSupport
import Testing

/// Secrets that nothing else looks like, given in every way, through good runs and mistakes: none of them comes out.
extension SystemTests {
    @Suite struct SecretTests {
        private static let marks = (1...9).map { "S3CR3T-\($0)-\(String(repeating: "x", count: 32))" }

        private func check(_ text: String, _ what: String) {
            #expect(!text.contains("S3CR3T"), "\(what): \(text.prefix(2_000))")
        }

        @Test("neither output, log, metrics, answers nor the audit log of a good run hold a secret")
        func goodRun() throws {
            let directory = try TemporaryDirectory()
            let tokens = directory.path + "/tokens"
            try "ops/operate+read:\(Self.marks[0])\n\(Self.marks[1])\n".write(
                toFile: tokens, atomically: true, encoding: .utf8)
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers", "--api-token-file", tokens], readsErrors: true,
                environment: [
                    "DEBIAS_API_TOKENS": "ingest:\(Self.marks[2])", "DEBIAS_JWT_SECRET": Self.marks[3],
                ])
            let client = try RawClient(port: port)
            let user = AccessTests.webToken(#""sub":"5","scope":"read""#, secret: Self.marks[3])
            let forged = AccessTests.webToken(#""sub":"S3CR3T-SUBJECT""#, secret: Self.marks[4])
            for token in [
                Self.marks[0], Self.marks[1], Self.marks[2], Self.marks[5], user, forged, "\(Self.marks[0])x",
            ] {
                for (method, path, body) in [
                    ("GET", "/dlq", nil), ("GET", "/users/1/history", nil), ("GET", "/metrics", nil),
                    ("GET", "/health/ready", nil), ("GET", "/nothing", nil), ("POST", "/dlq/purge?confirm=true", nil),
                    ("POST", "/events", #"{"user_id":1}"#), ("DELETE", "/users/x", nil), ("PATCH", "/events", nil),
                    ("GET", "/openapi.json", nil), ("GET", "/docs", nil),
                ] as [(String, String, String?)] {
                    let answer = try #require(
                        client.request(method, path, body, headers: ["Authorization: Bearer \(token)"]))
                    check(answer.body + "\(answer.headers)", "\(method) \(path)")
                }
            }
            server.hangUp()
            #expect(server.terminate() == 0)
            check(server.remainingOutput(), "the log")
            for file in try FileManager.default.contentsOfDirectory(atPath: directory.path)
            where file.hasPrefix("audit") {
                check(try String(contentsOfFile: "\(directory.path)/\(file)", encoding: .utf8), file)
            }
        }

        @Test(
            "no error of a mistake quotes a secret",
            arguments: [
                ["--broker", "amqp://user:\(marks[0])@127.0.0.1:1/"],
                ["--broker", "amqp://user:\(marks[0])@127.0.0.1:99999/"],
                ["--broker", "ampq://user:\(marks[0])@127.0.0.1/"], ["--graph", "bolt://user:\(marks[0])@127.0.0.1:1"],
                ["--graph", "blot://user:\(marks[0])@127.0.0.1:1"],
                ["--vectors", "http://user:\(marks[0])@127.0.0.1:1"],
                ["--vectors", "ftp://user:\(marks[0])@127.0.0.1:1"], ["--api-tokens", marks[0], "--port", "x"],
                ["--api-tokens=\(marks[0])", "--no-such-option"], ["--jwt-secret", "S3CR3T-short"],
                ["--jwt-secret", marks[0], "--jwt-secret-file", "/nowhere"],
                ["--jwt-secret=\(marks[0])", "--rate-limit", "x"],
            ])
        func mistakes(flags: [String]) throws {
            let directory = try TemporaryDirectory()
            let (status, output) = try Program.run(
                ["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", directory.path] + flags,
                readsErrors: true,
                environment: [
                    "NEO4J_PASSWORD": Self.marks[6], "QDRANT_API_KEY": Self.marks[7], "DEBIAS_JWT_ISSUER": "issuer",
                ])
            #expect(status != 0, "\(flags)")
            check(output, "\(flags)")
        }

        @Test(
            "no error quotes a file that holds secrets",
            arguments: [
                ("--api-token-file", "# S3CR3T\n"), ("--jwt-secret-file", "S3CR3T"),
                ("--jwt-keys", #"{"keys":[{"kty":"oct","k":"S3CR3T"}]}"#), ("--jwt-keys", "S3CR3T"),
                ("--config", #"{"api-tokens": {"S3CR3T": 1}}"#), ("--config", "S3CR3T"),
            ])
        func damagedFiles(flag: String, content: String) throws {
            let directory = try TemporaryDirectory()
            let file = directory.path + "/file"
            try content.write(toFile: file, atomically: true, encoding: .utf8)
            let (status, output) = try Program.run(
                ["serve", "--port", "0", "--data-dir", directory.path, flag, file], readsErrors: true)
            #expect(status != 0)
            #expect(output.contains("file"), "\(output)")
            check(output, flag)
        }
    }
}
