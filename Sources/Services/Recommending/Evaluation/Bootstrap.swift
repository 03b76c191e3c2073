import Bytes

/// Figures with intervals from resampled sessions: the cases of one session depend on each other, whole sessions hardly.
struct Bootstrap {
    private let cases: EvaluationCases
    private let resamples: Int
    private let seed: UInt64

    init(_ cases: EvaluationCases, resamples: Int, seed: UInt64) {
        self.cases = cases
        self.resamples = resamples
        self.seed = seed
    }

    /// The sums of each method over all cases, and over each resample; a resample draws the same sessions for all methods.
    func sums(_ tallies: [EvaluationTally]) -> [(all: EvaluationSums, resampled: [EvaluationSums])] {
        let bySession = tallies.map { tally in
            var sums = Array(repeating: EvaluationSums(), count: cases.sessionCount)
            for (wanted, place) in zip(cases.cases, tally.places) { sums[wanted.session].add(wanted, place: place) }
            return sums
        }
        var answer = bySession.map { sessions in
            (all: sessions.reduce(into: EvaluationSums(), +=), resampled: [EvaluationSums]())
        }
        guard cases.sessionCount > 0 else { return answer }
        var random = SplitMix64(seed: seed)
        for _ in 0..<resamples {
            var sums = Array(repeating: EvaluationSums(), count: tallies.count)
            for _ in 0..<cases.sessionCount {
                let session = Int.random(in: 0..<cases.sessionCount, using: &random)
                for method in sums.indices { sums[method] += bySession[method][session] }
            }
            for method in sums.indices { answer[method].resampled.append(sums[method]) }
        }
        return answer
    }

    /// A figure with the interval between the 2.5th and the 97.5th percentile of its resampled values.
    static func figure(_ value: Double, resampled: [Double]) -> EvaluationResult.Figure {
        guard !resampled.isEmpty else { return EvaluationResult.Figure(value: value) }
        let sorted = resampled.sorted()
        let last = Double(sorted.count - 1)
        let (low, high) = (sorted[Int((0.025 * last).rounded())], sorted[Int((0.975 * last).rounded())])
        return EvaluationResult.Figure(value: value, interval: low...high)
    }
}
