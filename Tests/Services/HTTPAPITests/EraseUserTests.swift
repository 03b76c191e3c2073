import DeadLetters
import Events
import HTTPMessages
import HTTPServer
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct EraseUserTests {
    private let api: TestAPI
    private let folder: TemporaryDirectory

    init() async throws {
        folder = try TemporaryDirectory()
        api = try await TestAPI(
            administration: .init(
                tokens: ["secret"], archive: DeadLetterArchive(directory: folder.file("archive"), limit: 0)))
        let event = Event(
            id: EventID(high: 1, low: 2), userID: 7, productID: 1, type: .view, session: "s", time: TestAPI.now)
        _ = try await api.graph.apply(InteractionBatch([event]))
    }

    private func erase(_ user: String, token: String = "secret") async throws -> HTTPResponse {
        try await api.request(.delete, "/users/\(user)", headers: ["Authorization": "Bearer \(token)"])
    }

    @Test("a user is erased for those with a token, and erasing again finds nothing")
    func erasure() async throws {
        #expect(try await erase("7", token: "guess").status == .unauthorized)
        #expect(api.graph.events.count == 1)
        for count in [1, 0] {
            let response = try await erase("7")
            #expect(response.status == .ok, "\(response.text("detail") ?? "")")
            #expect((response.object["removed"] as? [String: Int])?["interactions"] == count)
            #expect(response.text("received_until") == "2023-11-14T22:13:20Z")
        }
        #expect(api.graph.events.isEmpty)
    }

    @Test("what is no user id is refused", arguments: ["0", "-1", "x", "9223372036854775808"])
    func wrongID(id: String) async throws {
        #expect(try await erase(id).status == .unprocessableContent)
    }

    @Test("an erasure that is not whole is a 503 that says what failed, and that a repetition does the rest")
    func failure() async throws {
        api.graph.fail(with: [StoreError(.unavailable, "the graph is away")])
        let response = try await erase("7")
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers["Retry-After"] != nil)
        #expect(response.text("detail")?.contains("graph: the graph is away") == true)
        #expect(response.text("detail")?.contains("erasing again does the rest") == true)
        #expect(try await erase("7").status == .ok)
    }
}
