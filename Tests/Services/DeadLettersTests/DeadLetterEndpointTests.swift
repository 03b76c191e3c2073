import DeadLetters
import Embedded
import Events
import Foundation
import HTTPAPI
import HTTPMessages
import HTTPServer
import JSON
import Messaging
import PipelineTesting
import TestSupport
import Testing

/// `/dlq` over the embedded broker.
@Suite(.timeLimit(.minutes(5))) struct DeadLetterEndpointTests {
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let api: HTTPAPI

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
        api = HTTPAPI(
            publisher: try await broker.makePublisher(), broker: broker, graph: FakeGraphStore(),
            profiles: FakeProfileStore(),
            administration: .init(tokens: ["one", "secret"], replays: directory.file("replays")),
            now: { .init(microseconds: 1_000_000) })
        let publications = (0..<6).map { number in
            var message = Message(body: Array(#"{"user_id":\#(number + 1),"event_type":"view"}"#.utf8))
            DeadLetterHeaders(
                queue: number < 2 ? "events.qdrant" : "events.neo4j", reason: number < 2 ? .invalid : .retriesExhausted,
                error: "failed \(number)", attempts: 1, firstFailedAt: 1, lastFailedAt: 2, worker: "w"
            ).write(to: &message.properties.headers)
            return Publication(exchange: "events.dlx", routingKey: "", message: message)
        }
        _ = try await broker.makePublisher().publish(publications)
    }

    private func answer(
        _ method: HTTPMethod, _ target: String, token: String? = "secret", body: String = ""
    ) async throws -> (status: Int, object: [String: Any]) {
        let headers: HTTPHeaders = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        let response = await api.respond(
            to: try HTTPRequest(method: method, target: target, headers: headers, body: Array(body.utf8)))
        guard case .bytes(let bytes) = response.body else { return (response.status.code, [:]) }
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        return (response.status.code, object ?? [:])
    }

    @Test(
        "without a known token nothing is shown",
        arguments: ["/dlq", "/dlq/groups", "/dlq/export", "/dlq/watch", "/dlq/abc"])
    func withoutAKnownTokenNothing(path: String) async throws {
        for token in [nil, "wrong", "secre", "secret2", ""] {
            let status = try await answer(.get, path, token: token).status
            #expect(status == 401)
        }
        for path in ["/dlq/replay", "/dlq/purge?confirm=true", "/dlq/abc/edit-replay"] {
            let status = try await answer(.post, path, token: nil).status
            #expect(status == 401)
        }
    }

    @Test("letters are listed by filter, in groups, and one by one")
    func lettersAreListedByFilter() async throws {
        let list = try await answer(.get, "/dlq?queue=events.neo4j&limit=3")
        #expect(list.status == 200)
        #expect(list.object["matching"] as? Int == 4)
        #expect(list.object["total"] as? Int == 6)
        let letters = try #require(list.object["letters"] as? [[String: Any]])
        #expect(letters.count == 3)
        let groups = try await answer(.get, "/dlq/groups").object["groups"] as? [[String: Any]]
        #expect(groups?.map { $0["count"] as? Int } == [4, 2])
        let id = try #require(letters[0]["id"] as? String)
        let letter = try await answer(.get, "/dlq/\(id)")
        #expect(letter.object["body"] as? String == #"{"user_id":3,"event_type":"view"}"#)
        let missing = try await answer(.get, "/dlq/000000000000").status
        #expect(missing == 404)
    }

    @Test(
        "a filter with an invalid value is refused",
        arguments: ["queue=events.other", "class=bad", "user=0", "user=x", "since=yesterday", "limit=0"])
    func filterThatMeansNothingIsRefused(query: String) async throws {
        let status = try await answer(.get, "/dlq?\(query)").status
        #expect(status == 422)
    }

    @Test("a replay sends the matching letters, after a dry run")
    func replaySendsWhatMatches() async throws {
        let dry = try await answer(.post, "/dlq/replay?queue=events.neo4j&dry_run=true")
        #expect(dry.object["would_send"] as? [String: Int] == ["events.neo4j": 4])
        let replay = try await answer(.post, "/dlq/replay?queue=events.neo4j&limit=3")
        #expect(replay.object["sent"] as? Int == 3)
        let left = try await answer(.get, "/dlq").object["matching"] as? Int
        #expect(left == 3)
        let status = try await broker.status(of: ["events.neo4j"])
        #expect(status["events.neo4j"]?.messages == 3)
    }

    @Test("the 503 of a replay that takes longer than a request may names the replay, and what to do")
    func lateReplayNamesItself() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.timeouts.handler = .seconds(1)
        // The other tests may keep Swift's pool busy for longer.
        configuration.inlineBodyLimit = 4_096
        configuration.lateAnswer = { [api] in api.lateAnswer($0) }
        let server = HTTPServer(configuration: configuration) { [api] in await api.respond(to: $0) }
        let connection = try LoopbackConnection.connect(to: try await server.start().port)
        let request =
            "POST /dlq/replay?rate=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer one\r\n"
            + "Content-Length: 0\r\n\r\n"
        try await connection.write(Array(request.utf8))
        var bytes: [UInt8] = []
        while let more = try await connection.read(upTo: 65_536) { bytes += more }
        await server.stop(drain: .zero)
        let answer = String(decoding: bytes, as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        // The id of the replay is the time at which it began.
        #expect(answer.contains("The replay 1000 takes longer than a request may."))
        #expect(answer.contains("repeat the request for the rest"))
    }

    @Test("an export has every matching letter whole, one per line, and leaves them in the queue")
    func exportHasEveryMatchingLetterWhole() async throws {
        let response = await api.respond(
            to: try HTTPRequest(
                method: .get, target: "/dlq/export?queue=events.neo4j", headers: ["Authorization": "Bearer one"]))
        #expect(response.headers["Content-Type"] == "application/x-ndjson")
        let bytes = try await response.body.whole()
        let letters = try bytes.split(separator: UInt8(ascii: "\n")).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
        }
        #expect(letters.compactMap { $0["error"] as? String } == (2..<6).map { "failed \($0)" })
        #expect(letters[0]["body"] as? String == #"{"user_id":3,"event_type":"view"}"#)
        let left = try await answer(.get, "/dlq").object["matching"] as? Int
        #expect(left == 6)
    }

    @Test("a probe fails when there are too many letters, or a letter is too old")
    func probeIsToldWhenThere() async throws {
        let none = try await answer(.get, "/dlq/watch?depth=6")
        #expect(none.status == 200 && none.object["status"] as? String == "ok")
        #expect(none.object["dead_letters"] as? Int == 6)
        let many = try await answer(.get, "/dlq/watch?depth=5")
        #expect(many.status == 503)
        #expect(many.object["alert"] as? String == "6 dead letters; the threshold is 5")
        // They were given up 0.999998 s ago.
        let young = try await answer(.get, "/dlq/watch?depth=6&age=1").status
        #expect(young == 200)
        let finding = try await DeadLetterThresholds(depth: 6, age: .milliseconds(900))
            .look(DeadLetterQueue(broker), now: .init(microseconds: 1_000_000))
        #expect(finding.alert?.hasPrefix("a dead letter was given up at 1970-01-01T00:00:00.000002Z") == true)
    }

    @Test("a letter with a time before all timestamps counts as old")
    func letterThatSaysItIsOlder() async throws {
        let consumer = try await broker.consume("events.dlq", prefetch: 10)
        try await consumer.settle(try await consumer.next(upTo: 6, linger: .zero).map(\.tag), .acknowledge)
        await consumer.close()
        var message = Message(body: [])
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .malformed, error: "", attempts: 1, firstFailedAt: .min, lastFailedAt: .min,
            worker: "w"
        ).write(to: &message.properties.headers)
        _ = try await broker.makePublisher().publish([
            Publication(exchange: "events.dlx", routingKey: "", message: message)
        ])
        let old = try await answer(.get, "/dlq/watch?depth=6&age=1").status
        #expect(old == 503)
    }

    @Test("a purge counts the matching letters, and removes them once confirmed")
    func purgeRemovesWhatMatchesOnce() async throws {
        let count = try await answer(.post, "/dlq/purge?class=invalid")
        #expect(count.object["matching"] as? Int == 2)
        let purge = try await answer(.post, "/dlq/purge?class=invalid&confirm=true")
        #expect(purge.object["removed"] as? Int == 2)
        let left = try await answer(.get, "/dlq").object["matching"] as? Int
        #expect(left == 4)
    }

    @Test("a letter that is not JSON is repaired by another body")
    func bodyIsReplaced() async throws {
        let list = try await answer(.get, "/dlq?queue=events.qdrant").object["letters"] as? [[String: Any]]
        let id = try #require(list?[0]["id"] as? String)
        let event =
            #"{"user_id":1,"product_id":5,"event_type":"view","user_session":"s","event_time":"1970-01-01T00:00:00Z"}"#
        let wrong = try await answer(.post, "/dlq/\(id)/edit-replay?replace=true", body: "[]").status
        #expect(wrong == 422)
        let sent = try await answer(.post, "/dlq/\(id)/edit-replay?replace=true", body: event)
        #expect(sent.object["status"] as? String == "sent")
        let consumer = try await broker.consume("events.qdrant", prefetch: 1)
        let delivery = try await consumer.next(upTo: 1, linger: .zero)
        #expect(delivery.first?.message.body == Array(event.utf8))
        await consumer.close()
    }

    @Test("requests at once all tell the whole queue")
    func requestsAtOnce() async throws {
        let totals = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    // On a machine that is too busy for all of them, the last are told to ask again.
                    while true {
                        let answer = try await self.answer(.get, "/dlq")
                        if answer.status != 503 { return answer.object["matching"] as? Int }
                    }
                }
            }
            return try await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(totals == Array(repeating: 6, count: 20))
    }

    @Test("a look that cannot begin because of another program is 503, and says so")
    func busyQueue() async throws {
        let consumer = try await broker.consume("events.dlq", prefetch: 1)
        let answer = try await answer(.get, "/dlq")
        #expect(answer.status == 503)
        #expect((answer.object["detail"] as? String)?.contains("another look") == true)
        await consumer.close()
    }

    @Test("a letter is repaired and sent back, after a dry run that shows the difference")
    func letterIsMendedAndSentBack() async throws {
        let list = try await answer(.get, "/dlq?queue=events.qdrant").object["letters"] as? [[String: Any]]
        let id = try #require(list?[0]["id"] as? String)
        let patch = #"{"product_id":5,"user_session":"s","event_time":"1970-01-01T00:00:00Z"}"#
        let dry = try await answer(.post, "/dlq/\(id)/edit-replay?dry_run=true", body: patch)
        #expect(dry.object["status"] as? String == "not sent")
        #expect(dry.object["before"] as? String == #"{"user_id":1,"event_type":"view"}"#)
        for wrong in ["{", #"{"price":"much"}"#, "[]", #"[{"op":"remove","path":"/none"}]"#] {
            let status = try await answer(.post, "/dlq/\(id)/edit-replay", body: wrong).status
            #expect((400..<500).contains(status), "\(wrong)")
        }
        let sent = try await answer(.post, "/dlq/\(id)/edit-replay", body: patch)
        #expect(sent.object["status"] as? String == "sent")
        let consumer = try await broker.consume("events.qdrant", prefetch: 1)
        let delivery = try await consumer.next(upTo: 1, linger: .zero)
        #expect(
            try JSONValue(parsing: delivery[0].message.body)
                == JSONValue(parsing: Array((sent.object["after"] as? String ?? "").utf8)))
        let again = try await answer(.post, "/dlq/\(id)/edit-replay", body: patch).status
        #expect(again == 404)
    }
}
