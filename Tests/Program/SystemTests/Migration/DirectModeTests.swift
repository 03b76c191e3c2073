import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `serve --mode`, and `PUT /mode`.
    @Suite struct DirectModeTests {
        static let tokens = ["DEBIAS_API_TOKENS": "ops/operate:secret"]
        static let operating = ["Authorization: Bearer secret"]

        private static func event(_ id: String, product: Int = 2) -> String {
            #"{"user_id":1,"product_id":\#(product),"event_type":"view","user_session":"s","event_id":"\#(id)"}"#
        }

        static func put(_ mode: String, port: UInt16) throws -> RawClient.Answer? {
            try RawClient(port: port, timeout: 60).request(
                "PUT", "/mode", #"{"mode":"\#(mode)"}"#, headers: operating)
        }

        @Test("the mode direct needs no broker: what is answered is in both stores, and other content is a 409")
        func withoutBroker() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--mode", "direct", "--broker", "amqp://guest:guest@127.0.0.1:9"],
                environment: Self.tokens)
            let client = try RawClient(port: port)
            let stored = client.request("POST", "/events", Self.event("order-1"))
            #expect(stored?.status == 200)
            #expect(stored?.object["status"] as? String == "Event stored")
            let history = client.request("GET", "/users/1/history")
            #expect((history?.object["events"] as? [Any])?.count == 1)
            #expect(client.request("GET", "/users/1/profile")?.object["interactions"] as? Int == 1)
            #expect(client.request("POST", "/events", Self.event("order-1"))?.status == 200)
            #expect(client.request("POST", "/events", Self.event("order-1", product: 3))?.status == 409)
            let ready = client.request("GET", "/health/ready")
            #expect(ready?.status == 200)
            #expect(ready?.object["mode"] as? String == "direct")
            #expect(client.request("GET", "/rabbitmq/health")?.status == 503)
            let refused = try Self.put("parallel", port: port)
            #expect(refused?.status == 503)
            #expect((refused?.object["detail"] as? String)?.hasPrefix("The mode stays direct") == true)
            #expect(client.request("POST", "/events", Self.event("order-2"))?.status == 200)
            let erased = client.request("DELETE", "/users/1", headers: Self.operating)
            #expect(erased?.status == 200, "without dead letters there is nothing that a broker would have to say")
            #expect(server.terminate() == 0)
            #expect(!FileManager.default.fileExists(atPath: directory.file("queues.sqlite")))
        }

        @Test("a mode that was set survives a restart; one that is given wins, and the log says so")
        func restart() async throws {
            let directory = try TemporaryDirectory()
            func mode(_ port: UInt16) throws -> String? {
                try RawClient(port: port).request("GET", "/mode", headers: Self.operating)?.object["mode"] as? String
            }
            let (first, firstPort) = try Program.serve(directory.path, environment: Self.tokens)
            #expect(try mode(firstPort) == "queue")
            #expect(try Self.put("parallel", port: firstPort)?.object["previous"] as? String == "queue")
            #expect(first.terminate() == 0)
            let (second, secondPort) = try Program.serve(directory.path, environment: Self.tokens)
            #expect(try mode(secondPort) == "parallel")
            #expect(second.terminate() == 0)
            let (third, thirdPort) = try Program.serve(
                directory.path, environment: Self.tokens.merging(["DEBIAS_MODE": "direct"]) { $1 })
            #expect(try mode(thirdPort) == "direct")
            #expect(third.terminate() == 0)
            let fourth = try Program(
                ["serve", "--port", "0", "--mode", "queue", "--data-dir", directory.path], readsErrors: true,
                environment: Self.tokens)
            var lines: [String] = []
            while let line = Optional(fourth.readLine()), !line.isEmpty {
                lines.append(line)
                if line.hasPrefix("try:") { break }
            }
            #expect(
                lines.contains { $0.contains("not the one that was set last") && $0.contains("parallel") }, "\(lines)")
            #expect(fourth.terminate() == 0)
            let audit = try String(contentsOfFile: directory.file("audit.ndjson"), encoding: .utf8)
            #expect(audit.contains(#""method":"PUT","path":"/mode""#))
        }

        @Test("a start in the mode direct tells of events that wait in the spool")
        func spooled() async throws {
            let directory = try TemporaryDirectory()
            let flags = ["--broker", "amqp://guest:guest@127.0.0.1:9"]
            let (first, port) = try Program.serve(directory.path, flags)
            let answer = try RawClient(port: port, timeout: 60).request("POST", "/events", Self.event("order-1"))
            #expect(answer?.object["status"] as? String == "Event spooled")
            #expect(first.terminate() == 0)
            let second = try Program(
                ["serve", "--port", "0", "--mode", "direct", "--data-dir", directory.path] + flags, readsErrors: true)
            var line = ""
            repeat { line = second.readLine() } while !line.isEmpty && !line.contains("wait in the spool")
            #expect(line.contains("count=1"), "\(line)")
            #expect(second.terminate() == 0)
        }

        @Test("switching between all modes under load fails no request, loses nothing and doubles nothing")
        func switching() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--mode", "direct"], environment: Self.tokens)
            let poster = Poster(threads: 4, pause: 0.001)
            poster.use(port: port)
            for mode in ["parallel", "queue", "direct", "queue", "parallel", "direct", "parallel"] {
                let before = poster.accepted
                try await eventually("events in the mode before \(mode)", within: .seconds(60)) {
                    poster.accepted > before + 100
                }
                #expect(try Self.put(mode, port: port)?.status == 200)
            }
            let account = poster.stop()
            #expect(account.refused.isEmpty, "\(account.refused)")
            #expect(account.unanswered == 0)
            try await Audit.waitUntilWritten(directory.path, account)
            try await Audit.check(directory.path, account)
            var comparison = (status: Int32(1), output: "")
            try await eventually("the paths are equal: \(comparison.output)", within: .seconds(60)) {
                comparison = try Program.run([
                    "verify", "--compare-paths", "--grace", "0", "--data-dir", directory.path,
                ])
                return comparison.status == 0
            }
            #expect(comparison.output.contains("safe to go on"))
            #expect(server.terminate() == 0)
        }
    }
}
