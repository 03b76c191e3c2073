import Gzip
import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.timeLimit(.minutes(5))) struct MemoryBudgetTests {
    /// A batch of one event that is small as gzip and `count` bytes when inflated.
    private func batch(inflatingTo count: Int) -> [UInt8] {
        let event = "[\(TestAPI.event())]"
        return Gzip.compress(Array((event + String(repeating: " ", count: count - event.utf8.count)).utf8))
    }

    private func post(_ body: [UInt8], _ api: TestAPI, to path: String = "/events/batch") async throws -> HTTPResponse {
        await api.api.respond(
            to: try HTTPRequest(
                method: .post, target: path, headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"],
                body: body))
    }

    @Test("bytes are taken as far as there are any, and given back")
    func takingAndGiving() throws {
        let budget = MemoryBudget(10)
        #expect(budget.take(6))
        #expect(!budget.take(5))
        #expect(budget.take(4))
        #expect(budget.usedBytes == 10)
        budget.give(6)
        #expect(!budget.take(.max))
        var lease = MemoryLease(budget)
        try lease.grow(by: 6)
        #expect(throws: Problem.self) { try lease.grow(by: 1) }
        #expect(budget.usedBytes == 10)
        lease.end()
        lease.end()
        #expect(budget.usedBytes == 4)
    }

    @Test(
        "a body that inflates beyond the memory of all requests gets a 503, and leaves nothing taken",
        arguments: ["/events/batch", "/events"])
    func inflatedBodies(path: String) async throws {
        let api = try await TestAPI(memory: 50_000)
        let response = try await post(batch(inflatingTo: 90_000), api, to: path)
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers["Retry-After"] != nil)
        #expect(response.text("detail")?.contains("--memory-budget") == true)
        #expect(api.broker.published.isEmpty)
        #expect(api.api.memory.usedBytes == 0)
        let small = try await post(batch(inflatingTo: 5_000), api)
        #expect(small.status == .ok)
        #expect(api.api.memory.usedBytes == 0)
    }

    @Test("what the events of a batch take counts, whether or not it came as gzip, until the batch is published")
    func decodedBatches() async throws {
        let publisher = HeldPublisher()
        let api = try await TestAPI(memory: 100_000, publisher: publisher)
        let body = "[\(TestAPI.event())]" + String(repeating: " ", count: 20_000)
        async let first = api.post(body, to: "/events/batch")
        try await eventually("a batch that is being published") { publisher.held.count == 1 }
        #expect(api.api.memory.usedBytes == body.utf8.count * HTTPAPI.memoryPerBodyByte)
        #expect(try await api.post(body, to: "/events/batch").status == .serviceUnavailable)
        publisher.release()
        #expect(try await first.status == .ok)
        #expect(api.api.memory.usedBytes == 0)
        #expect(try await api.post(body, to: "/events/batch").status == .ok)
    }

    @Test("a body that is damaged or too large leaves nothing taken")
    func refusedBodies() async throws {
        let api = try await TestAPI()
        let damaged = Array(batch(inflatingTo: 5_000).dropLast(9))
        #expect(try await post(damaged, api).status == .badRequest)
        #expect(try await post([], api).status == .badRequest)
        #expect(try await post(batch(inflatingTo: 100_001), api).status == .contentTooLarge)
        #expect(try await post(batch(inflatingTo: 100_000), api).status == .ok)
        #expect(api.api.memory.usedBytes == 0)
    }

    @Test("40 requests of some KB that inflate to the most never take more than the budget together")
    func manyBombs() async throws {
        let api = try await TestAPI(memory: 500_000)
        let bomb = batch(inflatingTo: 100_000)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await post(bomb, api).status.code } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(Set(statuses).isSubset(of: [200, 503]))
        #expect(statuses.contains(200))
        #expect(api.broker.published.count == statuses.count { $0 == 200 })
        #expect(api.api.memory.usedBytes == 0)
    }
}
