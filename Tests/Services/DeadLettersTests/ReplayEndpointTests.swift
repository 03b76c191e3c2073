import DeadLetters
import Embedded
import Events
import Foundation
import HTTPAPI
import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing

/// `/dlq/replays` over the embedded broker, with no worker: the test takes its place.
@Suite(.timeLimit(.minutes(5))) struct ReplayEndpointTests {
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let graph = FakeGraphStore()
    private let api: HTTPAPI

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
        api = HTTPAPI(
            publisher: try await broker.makePublisher(), broker: broker, graph: graph, profiles: FakeProfileStore(),
            administration: .init(tokens: ["secret"], replays: directory.file("replays")), now: { .now })
        let publications = (0..<12).map { number in
            // Every fourth has no user, and can be no event.
            let user = number % 4 == 3 ? "" : #""user_id":\#(number + 1),"#
            let event =
                #"{\#(user)"product_id":2,"event_type":"wish","user_session":"s","event_time":"2026-01-01T00:00:00Z"}"#
            var message = Message(body: Array(event.utf8))
            message.properties.messageID = "letter-\(number)"
            DeadLetterHeaders(
                queue: "events.neo4j", reason: .invalid, error: "failed", attempts: 1, firstFailedAt: 1,
                lastFailedAt: 2, worker: "w"
            ).write(to: &message.properties.headers)
            return Publication(exchange: "events.dlx", routingKey: "", message: message)
        }
        _ = try await broker.makePublisher().publish(publications)
    }

    private func answer(
        _ method: HTTPMethod, _ target: String, body: String = "", token: String = "secret"
    ) async throws -> (status: Int, object: [String: Any], headers: HTTPHeaders) {
        let response = await api.respond(
            to: try HTTPRequest(
                method: method, target: target, headers: ["Authorization": "Bearer \(token)"], body: Array(body.utf8)))
        let object = try JSONSerialization.jsonObject(with: Data(try await response.body.whole())) as? [String: Any]
        return (response.status.code, object ?? [:], response.headers)
    }

    private func ended(_ place: String) async throws -> [String: Any] {
        while true {
            let object = try await answer(.get, place).object
            if object["state"] as? String != "running" { return object }
            await Task.yield()
        }
    }

    private static let patch = #"{"event_type":"view"}"#

    @Test("a dry run tells how many letters fit an edit, with differences and reasons, and sends nothing")
    func dryRun() async throws {
        let dry = try await answer(.post, "/dlq/replays?dry_run=true", body: Self.patch)
        #expect(dry.status == 200)
        #expect(dry.object["would_send"] as? [String: Int] == ["events.neo4j": 9])
        #expect(dry.object["unfit"] as? Int == 3)
        let changes = try #require(dry.object["changes"] as? [[String: Any]])
        let first = try #require(changes.first { $0["after"] != nil })
        #expect((first["before"] as? String)?.contains(#""event_type":"wish""#) == true)
        #expect((first["after"] as? String)?.contains(#""event_type":"view""#) == true)
        #expect(changes.contains { ($0["error"] as? String)?.contains("user_id") == true })
        #expect(try await answer(.get, "/dlq").object["total"] as? Int == 12)
        #expect(try await answer(.get, "/dlq/replays").object["replays"] as? [[String: Any]] != nil)
    }

    @Test("a group is edited and sent, what does not fit stays, and the progress is there after the end")
    func groupIsEdited() async throws {
        let begun = try await answer(.post, "/dlq/replays?class=invalid", body: Self.patch)
        #expect(begun.status == 202)
        let place = try #require(begun.headers["Location"])
        let end = try await ended(place)
        #expect(end["state"] as? String == "done")
        #expect(end["total"] as? Int == 12 && end["sent"] as? Int == 9 && end["kept"] as? Int == 3)
        #expect(try await answer(.get, "/dlq").object["total"] as? Int == 3)
        let consumer = try await broker.consume("events.neo4j", prefetch: 20)
        let deliveries = try await consumer.next(upTo: 20, linger: .milliseconds(100))
        #expect(deliveries.count == 9)
        #expect(deliveries.allSatisfy { String(decoding: $0.message.body, as: UTF8.self).contains("view") })
        await consumer.close()
    }

    @Test("a ramp sends the next step when the store has the one before, edited, and one replay runs at a time")
    func ramp() async throws {
        let begun = try await answer(.post, "/dlq/replays?ramp=true", body: Self.patch)
        let place = try #require(begun.headers["Location"])
        #expect(try await answer(.post, "/dlq/replays").status == 409)
        let consumer = try await broker.consume("events.neo4j", prefetch: 20)
        // How many events had come, each time that some had: a step may arrive in parts.
        var sums = [0]
        while sums[sums.count - 1] < 9 {
            let deliveries = try await consumer.next(upTo: 20, linger: .milliseconds(100))
            guard !deliveries.isEmpty else { continue }
            sums.append(sums[sums.count - 1] + deliveries.count)
            let events = try deliveries.map { try EventMessage.event(in: $0.message, receivedAt: .now) }
            _ = try await graph.apply(.init(events))
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
        }
        await consumer.close()
        let end = try await ended(place)
        #expect(end["state"] as? String == "done")
        #expect(end["verified"] as? Int == 9)
        #expect(Set(sums).isSuperset(of: [1, 3, 8, 9]), "\(sums)")
    }

    @Test(
        "a replay is not begun where a parameter is misspelt or given twice",
        arguments: ["dry_run=yes", "dry_run=", "ramp=1", "ramp=true&ramp=true", "dry_run=true&dry_run=false"])
    func misspelt(query: String) async throws {
        let refused = try await answer(.post, "/dlq/replays?\(query)")
        #expect(refused.status == 422)
        #expect(try await answer(.get, "/dlq/replays").object["replays"] as? [String] == [])
    }

    @Test("a replay that is stopped says so, and sends no more")
    func stop() async throws {
        let begun = try await answer(.post, "/dlq/replays?rate=1", body: Self.patch)
        let place = try #require(begun.headers["Location"])
        #expect(try await answer(.post, "\(place)/stop").status == 202)
        #expect(try await ended(place)["state"] as? String == "stopped")
        let left = try #require(try await answer(.get, "/dlq").object["total"] as? Int)
        #expect(left > 3)
        #expect(try await answer(.get, "/dlq/replays/none").status == 404)
        #expect(try await answer(.post, "/dlq/replays/none/stop").status == 404)
    }

    @Test("letters tell whether the stores have their events now")
    func stores() async throws {
        let letters = try #require(try await answer(.get, "/dlq").object["letters"] as? [[String: Any]])
        let id = try #require(letters[0]["id"] as? String)
        let before = try await answer(.get, "/dlq/\(id)/stores").object
        #expect((before["graph"] as? [String: Any])?["stored"] as? Bool == false)
        #expect((before["vectors"] as? [String: Any])?["stored"] as? Bool == false)
        #expect(before["event_id"] as? String == letters[0]["event_id"] as? String)
        #expect(try await answer(.get, "/dlq?id=\(id)").object["matching"] as? Int == 1)
        #expect(try await answer(.get, "/dlq/none/stores").status == 404)
    }
}
