import Events
import Messaging
import Metrics
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Workers

@Suite struct QueueMetricsTests {
    let metrics = QueueMetrics(system: "neo4j")
    let graph = FakeGraphStore()

    private func event(_ number: Int, receivedAt: Int64?, occurredAt: Int64) -> Event {
        var event = Event(
            id: EventID(high: 0x7000, low: UInt64(number) | 1 << 63), userID: 1, productID: Int64(number), type: .view,
            session: "s", time: Timestamp(microseconds: occurredAt))
        event.receivedAt = receivedAt.map { Timestamp(microseconds: $0) }
        return event
    }

    private var sink: MeasuredSink {
        MeasuredSink(GraphSink(graph), metrics) { Timestamp(microseconds: 10_000_000) }
    }

    private var lines: [String] {
        var text = MetricsText()
        QueueMetrics.add([("events.neo4j", metrics)], to: &text)
        return text.text.split(separator: "\n").map(String.init)
    }

    @Test("an event's age counts from its receipt, and from its own time where it happened")
    func ages() async throws {
        _ = try await sink.write(
            InteractionBatch([
                event(1, receivedAt: 9_900_000, occurredAt: 9_000_000), event(2, receivedAt: nil, occurredAt: .min),
                event(3, receivedAt: 10_000_001, occurredAt: 10_000_001),
            ]))
        #expect(lines.contains(#"debias_event_age_seconds_count{queue="events.neo4j"} 2"#), "one has no receipt")
        #expect(lines.contains(#"debias_event_age_seconds_bucket{queue="events.neo4j",le="0.1"} 2"#))
        #expect(lines.contains(#"debias_event_age_seconds_bucket{queue="events.neo4j",le="0.001"} 1"#), "clocks differ")
        #expect(lines.contains(#"debias_event_end_to_end_seconds_bucket{queue="events.neo4j",le="1"} 2"#))
        #expect(lines.contains(#"debias_event_end_to_end_seconds_bucket{queue="events.neo4j",le="+Inf"} 3"#))
    }

    @Test("what a store had already counts apart, and so do writes that fail, by the kind of failure")
    func outcomes() async throws {
        let batch = InteractionBatch([event(1, receivedAt: 0, occurredAt: 0), event(2, receivedAt: 0, occurredAt: 0)])
        _ = try await sink.write(batch)
        _ = try await sink.write(batch)
        graph.fail(with: [StoreError(.unavailable, "away")])
        await #expect(throws: StoreError.self) { try await sink.write(batch) }
        #expect(metrics.count(of: .stored) == 2 && metrics.count(of: .repeated) == 2)
        let write =
            #"db_client_operation_duration_seconds_count{db_system_name="neo4j",db_operation_name="write_batch","#
        #expect(lines.contains(write + #"queue="events.neo4j",error_type=""} 2"#))
        #expect(lines.contains(write + #"queue="events.neo4j",error_type="unavailable"} 1"#))
        #expect(lines.contains(#"debias_worker_batch_events_sum{queue="events.neo4j"} 4"#))
    }

    @Test("retries count by their delay, dead letters by their reason")
    func failures() {
        let delay = PipelineTopology.RetryDelay(label: "5s", milliseconds: 5_000)
        metrics.count(.retrying(queue: "events.neo4j", count: 3, after: delay, error: "e", first: .init()))
        metrics.count(.deadLettered(queue: "events.neo4j", count: 2, reason: .invalid, error: "e", first: .init()))
        metrics.count(.storeFailed(queue: "events.neo4j", StoreError(.unavailable, "away"), retryIn: .zero))
        #expect(metrics.retried == 3 && metrics.deadLettered == 2)
        for line in [
            #"debias_worker_retries_total{queue="events.neo4j",delay="5s"} 3"#,
            #"debias_worker_dead_letters_total{queue="events.neo4j",reason="invalid"} 2"#,
            #"debias_worker_store_failures_total{queue="events.neo4j"} 1"#,
        ] { #expect(lines.contains(line), "\(line) is not in \(lines)") }
    }
}
