import Events
import JSON
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing
import Workers

@testable import Console

@Suite struct ActivityRecordTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    private static func event(_ number: Int, user: Int64 = .max, receivedAt: Timestamp? = nil) throws -> Event {
        let json =
            #"{"user_id":\#(user),"product_id":7,"event_type":"cart","user_session":"s","event_id":"e\#(number)"}"#
        var event = try EventDecoder().decode(Array(json.utf8), receivedAt: time(1))
        event.receivedAt = receivedAt
        return event
    }

    private static func publication(_ event: Event) -> Publication {
        var generator = SeededGenerator(seed: 1)
        return EventMessage.publication(
            of: event, publishedAt: time(1), trace: TraceContext(continuing: nil, using: &generator))
    }

    @Test("a second has what was accepted, spooled, refused and stored in it, and the next one begins from zero")
    func secondsAreCounted() throws {
        let record = ActivityRecord()
        let publications = try (0..<4).map { Self.publication(try Self.event($0)) }
        record.published(
            publications, [.confirmed, .spooled, .confirmed, .failed(MessagingError(.unavailable, "away"))],
            took: 10_000, at: { Self.time(1) })
        record.stored(
            [try Self.event(0, receivedAt: Self.time(1))], AppliedBatch(inserted: 1), queue: "events.neo4j",
            at: Self.time(3))
        record.record(
            .deadLettered(queue: "events.qdrant", count: 2, reason: .invalid, error: "", first: EventReference()))
        record.record(
            .retrying(
                queue: "events.qdrant", count: 3, after: PipelineTopology.RetryDelay(milliseconds: 5_000), error: "",
                first: EventReference()))
        let second = record.endSecond(at: Self.time(2), depths: ["events.neo4j": 5])
        #expect(second.accepted == 3 && second.spooled == 1 && second.refused == 1)
        let graph = try #require(second.stores["events.neo4j"])
        #expect(graph.stored == 1)
        let age = try #require(graph.age)
        #expect(abs(age.median - 2) < 0.15 && abs(age.high - 2) < 0.15)
        let confirm = try #require(second.confirm)
        #expect(abs(confirm.high - 0.01) < 0.000_7)
        #expect(second.stores["events.qdrant"]?.deadLettered == 2 && second.stores["events.qdrant"]?.retried == 3)
        let next = record.endSecond(at: Self.time(3), depths: [:])
        #expect(next.accepted == 0 && next.refused == 0 && next.confirm == nil)
        #expect(next.stores.values.allSatisfy { $0 == ActivitySecond.Store() })
        #expect(record.history == [second, next])
    }

    @Test("ten minutes are kept, and no second more")
    func historyIsBounded() {
        let record = ActivityRecord()
        for second in 0..<1_000 { record.endSecond(at: Self.time(Int64(second)), depths: [:]) }
        #expect(record.history.map(\.at) == (400..<1_000).map { Self.time($0) })
    }

    @Test("a few events of each second are kept, the newest first, with the times at which the stores had them")
    func samplesAreBounded() throws {
        let record = ActivityRecord()
        for second in 0..<10 {
            let publications = try (0..<100).map { Self.publication(try Self.event(second * 100 + $0)) }
            record.published(
                publications, Array(repeating: .confirmed, count: 100), took: 0, at: { Self.time(Int64(second)) })
            record.endSecond(at: Self.time(Int64(second)), depths: [:])
        }
        #expect(record.samples.count == ActivityRecord.samples)
        let newest = try #require(record.samples.first)
        #expect(newest.acceptedAt == Self.time(9) && newest.userID == .max)
        #expect(Set(record.samples.map(\.acceptedAt)).count == ActivityRecord.samples / ActivityRecord.samplesPerSecond)
        let stored = try Self.event(900)
        record.stored([stored], AppliedBatch(inserted: 1), queue: "events.qdrant", at: Self.time(11))
        let sample = try #require(record.samples.first { $0.id == stored.id })
        #expect(sample.storedAt == ["events.qdrant": Self.time(11)])
    }

    @Test("what is not durable is no sample, and neither is a body that is too large to be read")
    func samplesAreDurable() throws {
        let record = ActivityRecord()
        var large = try Self.event(1)
        large.properties = .object(["text": .string(String(repeating: "a", count: 20_000))])
        record.published(
            [Self.publication(try Self.event(0)), Self.publication(large)], [.returned("no queue"), .confirmed],
            took: 0, at: { Self.time(1) })
        #expect(record.samples.isEmpty)
    }

    @Test("a percentile is within 7 % of the exact one, for any durations", arguments: 0..<20)
    func percentiles(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var counts = LatencyCounts()
        #expect(counts.seconds(at: 0.5) == nil)
        let exponents = Int.random(in: 1...9, using: &generator)
        let durations = (0..<500).map { _ in
            Int64.random(in: 8...Int64(pow(10, exponents) + 10), using: &generator)
        }
        for duration in durations { counts.add(Int(duration)) }
        for share in [0.5, 0.99, 1] {
            let exact = Double(durations.sorted()[max(0, Int((500 * share).rounded(.up)) - 1)]) / 1_000_000
            let found = try #require(counts.seconds(at: share))
            #expect(abs(found - exact) <= exact * 0.07)
        }
        counts.clear()
        #expect(counts.seconds(at: 0.5) == nil)
    }

    private func pow(_ base: Int64, _ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { result, _ in result * base }
    }
}
