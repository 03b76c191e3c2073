import Events
import Foundation
import HTTPMessages
import HTTPServer
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.timeLimit(.minutes(5))) struct HistoryAnswerTests {
    /// A user with so many events, every second of which is a view.
    private func api(events count: Int) async throws -> TestAPI {
        let api = try await TestAPI()
        let events = (1...count).map { number -> Event in
            let type: EventType = number % 2 == 0 ? .view : .cart
            let time = Timestamp(microseconds: Int64(number / 3) * 1_000_000)
            return Event(
                id: EventID(high: 7, low: UInt64(number)), userID: 1, productID: Int64(number), type: type,
                session: "s", time: time)
        }
        _ = try await api.graph.apply(InteractionBatch(events))
        return api
    }

    private func object(_ response: HTTPResponse) async throws -> [String: Any] {
        let bytes = try await response.body.whole()
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func products(_ object: [String: Any]) throws -> [Int] {
        try #require(object["events"] as? [[String: Any]]).compactMap { $0["product_id"] as? Int }
    }

    @Test(
        "a history that is read in parts is the same as one that is read at once",
        arguments: [1, 49, 50, 51, 99, 100, 101, 150, 151])
    func partsAreAWhole(limit: Int) async throws {
        let api = try await api(events: 150)
        let response = try await api.request(.get, "/users/1/history?limit=\(limit)")
        #expect(response.headers["Content-Type"] == "application/json")
        let object = try await object(response)
        #expect(try products(object) == (1...150).reversed().prefix(limit).map { $0 })
        let expected = try await api.graph.history(HistoryQuery(userID: 1, limit: limit)).next
        #expect(object["next"] as? String == expected?.description)
        let isStreamed = if case .stream = response.body { true } else { false }
        #expect(isStreamed == (limit > 50), "no more than 50 events are in memory at a time")
    }

    @Test("pages of a filtered history follow each other without gaps")
    func filteredPages() async throws {
        let api = try await api(events: 400)
        var found: [Int] = []
        var target = "/users/1/history?type=view&limit=120"
        while true {
            let page = try await object(try await api.request(.get, target))
            found += try products(page)
            guard let next = page["next"] as? String else { break }
            target = "/users/1/history?type=view&limit=120&after=\(next)"
        }
        #expect(found == (1...400).reversed().filter { $0 % 2 == 0 })
    }

    @Test(
        "a store that fails before the first part is a 503, and one that fails later leaves the answer without an end")
    func failingStores() async throws {
        let api = try await api(events: 150)
        api.graph.fail(with: [StoreError(.unavailable, "away")])
        #expect(try await api.request(.get, "/users/1/history?limit=100").status == .serviceUnavailable)
        let response = try await api.request(.get, "/users/1/history?limit=100")
        #expect(response.status == .ok)
        api.graph.fail(with: [StoreError(.unavailable, "away")])
        await #expect(throws: StoreError.self) { try await response.body.whole() }
    }
}
