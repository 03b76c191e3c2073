import Embedded
import Events
import Fakes
import Foundation
import HTTPServer
import IngestAPI
import Messaging
import TestSupport
import Testing

/// `/dlq` over the embedded broker.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterEndpointTests {
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let api: IngestAPI

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
        api = IngestAPI(
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
        _ method: HTTPMethod, _ target: String, token: String? = "secret"
    ) async throws -> (status: Int, object: [String: Any]) {
        let headers: HTTPHeaders = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        let response = await api.respond(to: try HTTPRequest(method: method, target: target, headers: headers))
        guard case .bytes(let bytes) = response.body else { return (response.status.code, [:]) }
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        return (response.status.code, object ?? [:])
    }

    @Test(arguments: ["/dlq", "/dlq/groups", "/dlq/abc"]) func `without a known token nothing is shown`(
        path: String
    ) async throws {
        for token in [nil, "wrong", "secre", "secret2", ""] {
            let status = try await answer(.get, path, token: token).status
            #expect(status == 401)
        }
        let replay = try await answer(.post, "/dlq/replay", token: nil).status
        #expect(replay == 401)
    }

    @Test func `letters are listed by filter, in groups, and one by one`() async throws {
        let list = try await answer(.get, "/dlq?queue=events.neo4j&limit=3")
        #expect(list.status == 200)
        #expect(list.object["matching"] as? Int == 4)
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

    @Test(arguments: ["queue=events.other", "class=bad", "user=0", "user=x", "since=yesterday", "limit=0"])
    func `a filter that means nothing is refused`(query: String) async throws {
        let status = try await answer(.get, "/dlq?\(query)").status
        #expect(status == 422)
    }

    @Test func `a replay sends what matches, as a dry run first`() async throws {
        let dry = try await answer(.post, "/dlq/replay?queue=events.neo4j&dry_run=true")
        #expect(dry.object["would_send"] as? [String: Int] == ["events.neo4j": 4])
        let replay = try await answer(.post, "/dlq/replay?queue=events.neo4j&limit=3")
        #expect(replay.object["sent"] as? Int == 3)
        let left = try await answer(.get, "/dlq").object["matching"] as? Int
        #expect(left == 3)
        let status = try await broker.status(of: ["events.neo4j"])
        #expect(status["events.neo4j"]?.messages == 3)
    }
}
