import Testing

@testable import Recommending

@Suite("The figures of an evaluation") struct EvaluationTallyTests {
    @Test("sums give recall, reciprocal rank, and recall by inverse propensity and over the tail")
    func sums() {
        var cases = EvaluationCases()
        cases.add(session: 7, weight: 1, isTail: false)
        cases.add(session: 7, weight: 3, isTail: true)
        cases.add(session: 9, weight: 0, isTail: true)
        cases.add(session: 8, weight: 4, isTail: true)
        var tally = EvaluationTally()
        tally.add([1, 2, 3], wanted: 1)
        tally.add([1, 2, 3], wanted: 9)
        tally.add([], wanted: 1)
        tally.add([1, 2, 3, 4], wanted: 4)
        #expect(tally.places == [1, 0, 0, 4])
        #expect(cases.sessionCount == 3)
        #expect(cases.cases.map(\.session) == [0, 0, 1, 2])
        let all = Bootstrap(cases, resamples: 0, seed: 1).sums([tally])[0].all
        #expect(all.recall == 0.5)
        #expect(all.reciprocalRank == (1 + 0.25) / 4)
        #expect(all.weightedRecall == 5.0 / 8)
        #expect(all.tailRecall == 1.0 / 3)
    }

    @Test("coverage and Gini tell what is named from what there is")
    func concentration() {
        var even = EvaluationTally()
        for product in 1...4 as ClosedRange<Int64> { even.add([product], wanted: 0) }
        #expect(even.coverage(of: 4) == 1 && even.gini(of: 4) == 0)
        #expect(even.coverage(of: 8) == 0.5 && even.gini(of: 8) == 0.5)
        var single = EvaluationTally()
        for _ in 0..<10 { single.add([1], wanted: 0) }
        #expect(single.gini(of: 100) == 0.99)
        #expect(EvaluationTally().gini(of: 10) == 0)
    }

    @Test("intervals come from whole sessions, the same for a seed, and hold the figure")
    func intervals() {
        var cases = EvaluationCases()
        var tally = EvaluationTally()
        // Two hundred sessions of five questions, of which every second session is all hits.
        for session in 0..<200 as Range<Int32> {
            for _ in 0..<5 {
                cases.add(session: session, weight: 1, isTail: false)
                tally.add([session % 2 == 0 ? 1 : 2], wanted: 1)
            }
        }
        func recalls(seed: UInt64) -> [Double] {
            Bootstrap(cases, resamples: 400, seed: seed).sums([tally])[0].resampled.map(\.recall)
        }
        #expect(recalls(seed: 1) == recalls(seed: 1))
        #expect(recalls(seed: 1) != recalls(seed: 2))
        let figure = Bootstrap.figure(0.5, resampled: recalls(seed: 1))
        // The standard error over sessions is .035; over questions, it would be .016.
        let width = (figure.interval?.upperBound ?? 0) - (figure.interval?.lowerBound ?? 0)
        #expect(figure.interval?.contains(0.5) == true)
        #expect(width > 0.11 && width < 0.17)
    }

    @Test("methods are resampled together, so that their difference is as certain as it is")
    func pairs() {
        var cases = EvaluationCases()
        var (left, right) = (EvaluationTally(), EvaluationTally())
        for session in 0..<50 as Range<Int32> {
            cases.add(session: session, weight: 1, isTail: false)
            left.add([session % 2 == 0 ? 1 : 2], wanted: 1)
            right.add([session % 2 == 0 ? 1 : 2], wanted: 1)
        }
        let sums = Bootstrap(cases, resamples: 50, seed: 3).sums([left, right])
        #expect(zip(sums[0].resampled, sums[1].resampled).allSatisfy { $0.recall == $1.recall })
        #expect(Set(sums[0].resampled.map(\.recall)).count > 3)
    }
}
