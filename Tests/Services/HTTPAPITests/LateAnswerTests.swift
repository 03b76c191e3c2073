import Events
import Foundation
import HTTPAPI
import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Synchronization
import TestSupport
import Testing

/// A publisher that answers once it is told to.
final class HeldPublisher: Publisher {
    private let isReleased = Mutex(false)
    let held = Recorder<Publication>()

    func release() {
        isReleased.withLock { $0 = true }
    }

    func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        for publication in publications { held.append(publication) }
        while !isReleased.withLock({ $0 }), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
        return publications.map { _ in .confirmed }
    }
}

/// Requests that take longer than a request may, over a real server.
@Suite(.timeLimit(.minutes(5))) struct LateAnswerTests {
    private static let shop = "https://shop.example"

    private struct Answer {
        var head: String
        var object: [String: Any]
        var published: [Publication]
    }

    private func post(_ path: String, _ body: String, origins: [AllowedOrigin] = []) async throws -> Answer {
        let publisher = HeldPublisher()
        let api = try await TestAPI(allowedOrigins: origins, publisher: publisher).api
        var configuration = HTTPServerConfiguration()
        configuration.timeouts.handler = .seconds(1)
        // The other tests may keep Swift's pool busy for longer.
        configuration.inlineBodyLimit = 4_096
        configuration.refusal = { api.respond(to: $0) }
        configuration.lateAnswer = { api.lateAnswer($0) }
        let server = HTTPServer(configuration: configuration) { await api.respond(to: $0) }
        let connection = try LoopbackConnection.connect(to: try await server.start().port)
        let request =
            "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Origin: \(Self.shop)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        try await connection.write(Array(request.utf8))
        var bytes: [UInt8] = []
        while let more = try await connection.read(upTo: 65_536) { bytes += more }
        await server.stop(drain: .zero)
        let parts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")
        let object = try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) as? [String: Any]
        return Answer(head: parts[0] + "\r\n", object: object ?? [:], published: publisher.held.entries)
    }

    @Test(
        "the 503 of a request that takes too long names the ids of its events",
        arguments: [("/events", 1), ("/events/batch", 3)])
    func lateRequestNamesItsEvents(path: String, count: Int) async throws {
        let event = TestAPI.event()
        let body = count == 1 ? event : "[\(Array(repeating: event, count: count).joined(separator: ","))]"
        let answer = try await post(path, body)
        #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.head.contains("Retry-After: 1\r\n"))
        #expect(answer.head.contains("Content-Type: application/problem+json\r\n"))
        let ids = try #require(answer.object["event_ids"] as? [String])
        #expect(ids == answer.published.map { $0.message.properties.messageID })
        #expect(ids.count == count)
        #expect((answer.object["detail"] as? String)?.contains("same event_id again") == true)
    }

    @Test(
        "a page that is allowed may read the 503 of its own request that takes too long",
        arguments: ["/events", "/events/batch"])
    func lateRequestOfAPage(path: String) async throws {
        let event = TestAPI.event()
        let answer = try await post(
            path, path == "/events" ? event : "[\(event)]",
            origins: [try AllowedOrigin("https://other.example"), try AllowedOrigin(Self.shop)])
        #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.head.contains("Access-Control-Allow-Origin: \(Self.shop)\r\n"))
        #expect((answer.object["event_ids"] as? [String])?.count == 1)
    }
}
