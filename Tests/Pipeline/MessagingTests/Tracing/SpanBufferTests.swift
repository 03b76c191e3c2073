import Events
import Messaging
import TestSupport
import Testing

@Suite struct SpanBufferTests {
    private func span(_ number: Int) -> TraceSpan {
        var generator = SeededGenerator(seed: UInt64(number))
        return TraceSpan(
            "\(number)", .server, TraceContext(using: &generator), parentID: nil, start: Timestamp(microseconds: 0),
            end: Timestamp(microseconds: 1))
    }

    @Test("spans come out in their order, and those for which there is no room are counted")
    func order() {
        let buffer = SpanBuffer(limit: 3)
        buffer.add([span(1), span(2)])
        buffer.add([span(3), span(4), span(5)])
        #expect(buffer.count == 3 && buffer.dropped == 2)
        #expect(buffer.take(upTo: 2).map(\.name) == ["1", "2"])
        buffer.add([span(6)])
        #expect(buffer.take(upTo: 9).map(\.name) == ["3", "6"])
        #expect(buffer.take(upTo: 9).isEmpty)
    }

    @Test("of new traces about the wanted share is sampled, and a trace by its id alone")
    func ratio() {
        var generator = SeededGenerator(seed: 7)
        let traces = (0..<10_000).map { _ in TraceContext(using: &generator) }
        for (ratio, range) in [(0.0, 0...0), (0.25, 2_300...2_700), (1.0, 10_000...10_000)] {
            let sampled = traces.filter { trace in
                var trace = trace
                trace.sample(ratio)
                return trace.isSampled
            }
            #expect(range.contains(sampled.count), "\(ratio): \(sampled.count)")
        }
    }

    @Test("a child has its parent's trace and flags, and an id of its own")
    func child() throws {
        var generator = SeededGenerator(seed: 1)
        let parent = try #require(TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"))
        let child = parent.child(using: &generator)
        #expect(child.traceID == "0af7651916cd43dd8448eb211c80319c" && !child.isSampled)
        #expect(child.spanID != parent.spanID && child.spanID != 0)
    }
}
