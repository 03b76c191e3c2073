import Testing

@testable import LoadTesting

@Suite("The ages of events by a server's metrics") struct EventAgesTests {
    private func page(_ counts: [Int], queue: String = "events.neo4j") -> String {
        let bounds = ["0.001", "0.01", "0.1", "+Inf"]
        let lines = zip(bounds, counts).map {
            "debias_event_age_seconds_bucket{queue=\"\(queue)\",le=\"\($0)\"} \($1)\n"
        }
        return "# TYPE debias_event_age_seconds histogram\n" + lines.joined()
            + "debias_event_age_seconds_sum{queue=\"\(queue)\"} 1.5\ndebias_other{queue=\"x\",le=\"1\"} 9\n"
    }

    @Test("are those between two looks, each queue for itself")
    func difference() throws {
        let before = EventAges.read(page([10, 10, 10, 10]))
        let after = EventAges.read(page([10, 60, 108, 110]) + page([1, 1, 1, 1], queue: "events.qdrant"))
        #expect(after.keys.sorted() == ["events.neo4j", "events.qdrant"])
        let ages = try #require(after["events.neo4j"]).since(before["events.neo4j"])
        #expect(ages.count == 100)
        #expect(ages.bound(0.5) == 0.01)
        #expect(ages.bound(0.98) == 0.1)
        #expect(ages.bound(0.99) == .infinity)
        #expect(after["events.qdrant"]?.since(before["events.qdrant"]).bound(1) == 0.001)
    }

    @Test("are not known without events, or from another page")
    func nothing() {
        #expect(EventAges.read("<html>").isEmpty)
        #expect(EventAges.read(page([0, 0, 0, 0]))["events.neo4j"]?.bound(0.5) == nil)
    }
}
