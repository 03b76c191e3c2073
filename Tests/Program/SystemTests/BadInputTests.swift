import Foundation
import Gzip
import TestSupport
import Testing

/// Requests that no well-meaning client sends, said byte by byte to the served program.
extension SystemTests {
    @Suite struct BadInputTests {
        struct Case: CustomStringConvertible, Sendable {
            var name: String
            var bytes: [UInt8]
            var expected: Set<Int>
            var description: String { name }
        }

        static let valid = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#

        static func post(
            _ name: String, _ body: [UInt8], to path: String = "/events", headers: [String] = [], expect: Int...
        ) -> Case {
            let typed = headers.contains { $0.lowercased().hasPrefix("content-type") }
            let all =
                ["POST \(path) HTTP/1.1", "Host: localhost"] + (typed ? [] : ["Content-Type: application/json"])
                + headers + ["Content-Length: \(body.count)"]
            return Case(
                name: name, bytes: Array((all.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body,
                expected: Set(expect))
        }

        static func post(
            _ name: String, _ body: String, to path: String = "/events", headers: [String] = [], expect: Int
        ) -> Case {
            post(name, Array(body.utf8), to: path, headers: headers, expect: expect)
        }

        static func raw(_ name: String, _ text: String, expect: Int...) -> Case {
            Case(name: name, bytes: Array(text.utf8), expected: Set(expect))
        }

        static func with(_ member: String) -> String { String(valid.dropLast()) + "," + member + "}" }

        static let bodies: [Case] = [
            post("an empty body", "", expect: 400),
            post("an open object", "{", expect: 400),
            post("an open string", #"{"user_id":"#, expect: 400),
            post("a comma too many", #"{"user_id":1,}"#, expect: 400),
            post("text behind the object", valid + "x", expect: 400),
            post("single quotes", "{'user_id':1}", expect: 400),
            post("an array for an event", "[]", expect: 400),
            post("a number for an event", "7", expect: 400),
            post("null for an event", "null", expect: 400),
            post("NaN", #"{"user_id":NaN}"#, expect: 400),
            post("Infinity", with(#""price":Infinity"#), expect: 400),
            post("a price beyond Double", with(#""price":1e400"#), expect: 422),
            post("a negative price", with(#""price":-1"#), expect: 422),
            post(
                "a number of a million digits", #"{"user_id":\#(String(repeating: "9", count: 1_000_000))}"#,
                expect: 400),
            post(
                "a user beyond Int64", valid.replacingOccurrences(of: ":1,", with: ":9223372036854775808,"), expect: 422
            ),
            post("a user of zero", valid.replacingOccurrences(of: ":1,", with: ":0,"), expect: 422),
            post("a user as text", valid.replacingOccurrences(of: ":1,", with: #":"1","#), expect: 422),
            post("a user as truth", valid.replacingOccurrences(of: ":1,", with: ":true,"), expect: 422),
            post("a fraction of a user", valid.replacingOccurrences(of: ":1,", with: ":1.5,"), expect: 422),
            post("an unknown type", valid.replacingOccurrences(of: "view", with: "look"), expect: 422),
            post("no fields", "{}", expect: 422),
            post("an empty session", valid.replacingOccurrences(of: #""s""#, with: #""""#), expect: 422),
            post(
                "a session of 257",
                valid.replacingOccurrences(of: #""s""#, with: "\"\(String(repeating: "x", count: 257))\""), expect: 422),
            post("a time that is none", with(#""event_time":"yesterday""#), expect: 422),
            post("the 30th of February", with(#""event_time":"2024-02-30T00:00:00Z""#), expect: 422),
            post("a time far ahead", with(#""event_time":"2999-01-01T00:00:00Z""#), expect: 422),
            post("an id that is none", with(#""event_id":"00000000-0000-0000-0000-000000000000""#), expect: 422),
            post("an id of 129 characters", with(#""event_id":"\#(String(repeating: "x", count: 129))""#), expect: 422),
            post(
                "properties of 17 KiB", with(#""properties":{"x":"\#(String(repeating: "x", count: 17_000))"}"#),
                expect: 422),
            post("properties as an array", with(#""properties":[]"#), expect: 422),
            post("100,000 open arrays", String(repeating: "[", count: 100_000), expect: 400),
            post("100,000 open objects", String(repeating: #"{"a":"#, count: 100_000), expect: 400),
            post(
                "deep properties",
                with(
                    #""properties":\#(String(repeating: #"{"a":"#, count: 5_000))1\#(String(repeating: "}", count: 5_000))"#
                ), expect: 400),
            post(
                "bytes that are not UTF-8", Array(#"{"user_session":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8),
                expect: 400),
            post("half a surrogate", valid.replacingOccurrences(of: #""s""#, with: #""\ud800""#), expect: 400, 422),
            post(
                "a raw control character", Array(#"{"user_session":""#.utf8) + [0x01] + Array(#""}"#.utf8), expect: 400),
            post("an unknown escape", #"{"user_session":"\x"}"#, expect: 400),
            post("UTF-16", Array("{}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), expect: 400),
            post("a form", "a=1", headers: ["Content-Type: application/x-www-form-urlencoded"], expect: 415),
            post("XML", "<a/>", headers: ["Content-Type: text/xml"], expect: 415),
            post("brotli", valid, headers: ["Content-Encoding: br"], expect: 415),
            post("gzip that is none", valid, headers: ["Content-Encoding: gzip"], expect: 400),
            post(
                "truncated gzip", Array(Gzip.compress(Array(valid.utf8)).dropLast(6)),
                headers: ["Content-Encoding: gzip"],
                expect: 400),
            post(
                "a gzip bomb", Gzip.compress([UInt8](repeating: 32, count: 64 << 20)),
                headers: ["Content-Encoding: gzip"],
                expect: 413),
            post(
                "an Idempotency-Key with control characters", valid, headers: ["Idempotency-Key: a\u{7F}b"],
                expect: 400,
                422),
            post(
                "an Idempotency-Key of 300 characters", valid,
                headers: ["Idempotency-Key: " + String(repeating: "k", count: 300)], expect: 422),
            post("an object for a batch", valid, to: "/events/batch", expect: 400),
            post("an open batch", "[" + valid, to: "/events/batch", expect: 400),
            post(
                "10,001 events", "[" + Array(repeating: "1", count: 10_001).joined(separator: ",") + "]",
                to: "/events/batch", expect: 413),
            post("a batch with one bad event", "[\(valid),{}]", to: "/events/batch", expect: 422),
        ]

        static func post(_ name: String, _ body: String, headers: [String] = [], expect first: Int, _ second: Int)
            -> Case
        {
            post(name, Array(body.utf8), headers: headers, expect: first, second)
        }

        static let heads: [Case] = [
            raw(
                "Content-Length twice",
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", expect: 400),
            raw(
                "Content-Length beside Transfer-Encoding",
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                expect: 400),
            raw(
                "an unknown Transfer-Encoding", "POST /events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                expect: 400),
            raw(
                "a Content-Length that is not a number",
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                expect: 400),
            raw(
                "a negative Content-Length", "POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                expect: 400),
            raw(
                "a header name that is not a token", "GET /health HTTP/1.1\r\nHost: a\r\nbad name: x\r\n\r\n",
                expect: 400),
            raw("a header name with a bracket", "GET /health HTTP/1.1\r\nHost: a\r\nx[y]: x\r\n\r\n", expect: 400),
            raw("no Host", "GET /health HTTP/1.1\r\n\r\n", expect: 400),
            raw("two Hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", expect: 400),
            raw(
                "a path with broken percent-encoding", "GET /users/%zz/history HTTP/1.1\r\nHost: a\r\n\r\n", expect: 400
            ),
            raw("a path with NUL", "GET /users/%00/history HTTP/1.1\r\nHost: a\r\n\r\n", expect: 400),
            raw(
                "a head of 100,000 bytes",
                "GET /health HTTP/1.1\r\nHost: a\r\nx: \(String(repeating: "y", count: 100_000))\r\n\r\n", expect: 431),
            raw("an unknown path", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", expect: 404),
            raw("an unknown method", "BREW /events HTTP/1.1\r\nHost: a\r\n\r\n", expect: 405),
            raw(
                "a body of 17 MiB announced",
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 17825792\r\n\r\n",
                expect: 413),
        ]

        @Test("each bad input gets a clear 4xx, and the server continues to serve")
        func eachOfThemGetsAClear() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers"])
            for request in Self.bodies + Self.heads {
                let client = try RawClient(port: port)
                client.send(request.bytes)
                let answer = client.receive()
                #expect(
                    answer.map { request.expected.contains($0.status) } == true,
                    "\(request.name): \(answer.map { "\($0.status) \($0.body.prefix(200))" } ?? "no answer")")
                if let answer, answer.headers["content-type"] == "application/problem+json" {
                    #expect(answer.object["status"] as? Int == answer.status, "\(request.name)")
                    #expect((answer.object["detail"] as? String)?.isEmpty == false, "\(request.name)")
                }
                let after = try RawClient(port: port).request("POST", "/events", Self.valid)
                #expect(after?.status == 200, "after \(request.name)")
            }
            let queued = try Program.statistics(directory.path)["queues"] as? [String: [String: Int]]
            #expect(
                queued?["events.neo4j"]?["messages"] == Self.bodies.count + Self.heads.count, "only the good events")
            #expect(server.terminate() == 0)
        }

        @Test("a body of 17 MiB that is sent whole is answered with 413")
        func bodyOf17MiB() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers"])
            let client = try RawClient(port: port, timeout: 30)
            let head =
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(17 << 20)\r\n\r\n"
            client.send(head.utf8)
            for _ in 0..<17 where !client.send([UInt8](repeating: 32, count: 1 << 20)) { break }
            #expect(client.receive()?.status == 413)
            #expect(try RawClient(port: port).request("GET", "/health")?.status == 200)
            #expect(server.terminate() == 0)
        }

        @Test("slow heads and slow bodies end with 408 or a closed connection while others are served")
        func slowHeadsAndSlowBodiesEnd() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers", "--head-timeout", "1s", "--body-timeout", "1s"])
            let slowHead = try RawClient(port: port)
            slowHead.send("POST /events HTTP/1.1\r\nHost:".utf8)
            let slowBody = try RawClient(port: port)
            slowBody.send(
                "POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{".utf8
            )
            #expect(try RawClient(port: port).request("POST", "/events", Self.valid)?.status == 200)
            let headAnswer = slowHead.receive()
            #expect(headAnswer == nil || headAnswer?.status == 408)
            #expect(slowBody.receive()?.status == 408)
            #expect(try RawClient(port: port).request("GET", "/health")?.status == 200)
            #expect(server.terminate() == 0)
        }
    }
}
