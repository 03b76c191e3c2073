import Events
import Messaging
import PipelineTesting
import Stores
import TestSupport
import Testing

@testable import Workers

@Suite(.timeLimit(.minutes(5))) struct BatchTraceTests {
    private let broker = FakeBroker()
    private let graph = FakeGraphStore()
    private let spans = SpanBuffer()

    private func message(_ number: Int, trace: String?) -> Message {
        var properties = MessageProperties(
            messageID: EventID(high: 0x7000, low: UInt64(number) | 1 << 63).description)
        properties.headers[EventMessage.traceHeader] = trace.map { .string($0) }
        return Message(
            body: Array(
                #"{"user_id":\#(number),"product_id":7,"event_type":"view","user_session":"s","event_time":"2023-01-01T00:00:00Z"}"#
                    .utf8),
            properties: properties)
    }

    private func work(_ messages: [Message]) async {
        broker.put(messages, into: PipelineTopology.graphQueue)
        let worker = Worker(
            queue: PipelineTopology.graphQueue, sink: GraphSink(graph), broker: broker,
            configuration: WorkerConfiguration(linger: .zero, name: "test"), system: "neo4j", tracing: spans,
            now: { Timestamp(microseconds: 1_700_000_000_000_000) }, report: { _ in })
        await withTaskGroup { [broker] group in
            group.addTask { await worker.run() }
            while broker.settled.count < messages.count { await Task.yield() }
            worker.stop()
            await group.waitForAll()
        }
    }

    @Test("an event of a sampled trace has a span below its request's, and below that the store's")
    func written() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"
        await work([message(1, trace: trace + "1"), message(2, trace: trace + "0"), message(3, trace: nil)])
        let ended = spans.take(upTo: 99)
        #expect(ended.map(\.name) == ["process events.neo4j", "write_batch"])
        let (process, write) = (try #require(ended.first), try #require(ended.last))
        #expect(process.parentID == 0xb7ad_6b71_6920_3331 && process.kind == .consumer)
        #expect(write.parentID == process.context.spanID && write.kind == .client)
        #expect(write.attributes.contains(.init("db.system.name", "neo4j")))
        #expect(ended.allSatisfy { $0.context.traceID == "0af7651916cd43dd8448eb211c80319c" })
    }

    @Test("an event that is given up has a span with its error, and its letter the same trace")
    func failed() async throws {
        var bad = message(1, trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        bad.body = Array("{}".utf8)
        await work([bad])
        let ended = spans.take(upTo: 99)
        #expect(ended.map(\.name) == ["process events.neo4j"])
        #expect(ended.first?.error?.isEmpty == false)
        #expect(broker.published.first?.message.trace?.traceID == "0af7651916cd43dd8448eb211c80319c")
    }
}
