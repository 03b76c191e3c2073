import Bytes
import Testing

@testable import LoadTesting

@Suite("A histogram of latencies") struct LatencyHistogramTests {
    @Test("tells percentiles to 0.8 % and the maximum exactly, over nine orders of magnitude")
    func percentiles() {
        var generator = SplitMix64(seed: 1)
        for scale in [100.0, 1e4, 1e6, 1e9] {
            var histogram = LatencyHistogram()
            var values: [Int] = []
            for _ in 0..<20_000 {
                let share = Double(generator.next() >> 11) * 0x1p-53
                let value = Int(share * share * scale)
                values.append(value)
                histogram.add(value)
            }
            values.sort()
            for share in [0.5, 0.9, 0.99, 0.999] {
                let exact = values[Int((share * 20_000).rounded(.up)) - 1]
                let told = histogram.percentile(share)
                #expect(told >= exact)
                #expect(Double(told - exact) <= 0.008 * Double(exact) + 1, "\(share) of \(scale)")
            }
            #expect(histogram.maximum == values.last)
            #expect(histogram.percentile(1) == values.last)
            #expect(histogram.count == 20_000)
        }
    }

    @Test("takes every value, and tells nothing where there is none")
    func extremes() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.99) == 0)
        for value in [-1, 0, 255, 256, 257, .max] { histogram.add(value) }
        #expect(histogram.count == 6)
        #expect(histogram.percentile(0.01) == 0)
        #expect(histogram.maximum == 1 << 42)
    }
}
