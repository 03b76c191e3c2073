import HTTPAPI
import HTTPMessages
import Messaging
import PipelineTesting
import Testing

@Suite struct IntakeSpanTests {
    private static let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"

    @Test("a request that brings an event has a span below its caller's, which the message names")
    func single() async throws {
        let spans = SpanBuffer()
        let api = try await TestAPI(spans: spans)
        let response = try await api.post(TestAPI.event(), headers: ["traceparent": Self.caller + "1"])
        let span = try #require(spans.take(upTo: 9).first)
        #expect(span.name == "POST /events" && span.kind == .server && span.error == nil)
        #expect(span.context.traceID == "0af7651916cd43dd8448eb211c80319c" && span.parentID == 0xb7ad_6b71_6920_3331)
        #expect(api.broker.published.first?.message.trace == span.context)
        let id = try #require(response.text("event_id"))
        #expect(span.attributes.contains(.init("messaging.message.id", .text(id))))
    }

    @Test("a batch has one span, and a failure is told in it")
    func batch() async throws {
        let spans = SpanBuffer()
        let api = try await TestAPI(spans: spans)
        api.broker.answer { _ in .rejected("full") }
        _ = try await api.post("[\(TestAPI.event()),\(TestAPI.event())]", to: "/events/batch")
        let ended = spans.take(upTo: 9)
        #expect(ended.count == 1)
        #expect(ended.first?.attributes.contains(.init("messaging.batch.message_count", 2)) == true)
        #expect(ended.first?.error?.contains("full") == true)
    }

    @Test("a caller that does not sample is followed, and new traces are sampled")
    func sampling() async throws {
        let spans = SpanBuffer(sampler: TraceSampler(share: 0))
        let api = try await TestAPI(spans: spans)
        _ = try await api.post(TestAPI.event())
        _ = try await api.post(TestAPI.event(), headers: ["traceparent": Self.caller + "0"])
        #expect(spans.count == 0)
        #expect(api.broker.published.allSatisfy { $0.message.trace?.isSampled == false })
        _ = try await api.post(TestAPI.event(), headers: ["traceparent": Self.caller + "1"])
        #expect(spans.count == 1)
    }
}
