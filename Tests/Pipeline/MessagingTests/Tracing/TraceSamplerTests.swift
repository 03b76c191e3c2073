import Events
import Messaging
import TestSupport
import Testing

@Suite struct TraceSamplerTests {
    private func kept(_ count: Int, by sampler: TraceSampler, at microseconds: Int64) -> Int {
        var generator = SeededGenerator(seed: UInt64(microseconds))
        return (0..<count).count { _ in
            var trace = TraceContext(using: &generator)
            sampler.sample(&trace, at: Timestamp(microseconds: microseconds))
            return trace.isSampled
        }
    }

    @Test("so many new traces are kept in each second, and all where there is no limit")
    func limit() {
        let sampler = TraceSampler(perSecond: 100)
        #expect(kept(40, by: sampler, at: 1_000_000) == 40)
        #expect(kept(5_000, by: sampler, at: 1_999_999) == 60)
        #expect(kept(5_000, by: sampler, at: 2_000_000) == 100)
        #expect(kept(9, by: sampler, at: 7_500_000) == 9)
        #expect(kept(5_000, by: TraceSampler(), at: 1_000_000) == 5_000)
        #expect(kept(5_000, by: TraceSampler(perSecond: 0), at: 1_000_000) == 0)
    }

    @Test("what the share leaves out does not use up the limit")
    func share() {
        let count = kept(5_000, by: TraceSampler(share: 0.01, perSecond: 1_000), at: 1_000_000)
        #expect((20...90).contains(count), "\(count)")
        #expect(kept(5_000, by: TraceSampler(share: 0.5, perSecond: 100), at: 1_000_000) == 100)
    }
}
