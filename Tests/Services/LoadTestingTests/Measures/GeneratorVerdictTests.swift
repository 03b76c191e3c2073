import Testing

@testable import LoadTesting

@Suite("Whether the generator was the limit") struct GeneratorVerdictTests {
    private func tally(lagOfTheLastHundredth lag: Int) -> LoadTally {
        var tally = LoadTally()
        for index in 0..<100 { tally.lag.add(index < 98 ? 10 : lag) }
        return tally
    }

    @Test("it was where one request in a hundred is sent later than a twentieth of a connection's interval")
    func late() {
        // A connection sends every 100 ms, so that 5 ms are tolerated.
        let late = GeneratorVerdict(tally(lagOfTheLastHundredth: 6_000), interval: 100_000_000, processorShare: 0.1)
        #expect(late.reason?.hasPrefix("invalid: the generator was the limit: one request in a hundred") == true)
        #expect(late.reason?.contains("5000 µs are tolerated") == true)
        let good = GeneratorVerdict(tally(lagOfTheLastHundredth: 4_900), interval: 100_000_000, processorShare: 0.1)
        #expect(good.reason == nil)
    }

    @Test("what timers are not exact to is tolerated at any rate")
    func timers() {
        let tally = tally(lagOfTheLastHundredth: 1_900)
        #expect(GeneratorVerdict(tally, interval: 1_000_000, processorShare: 0.1).reason == nil)
    }

    @Test("without a rate nothing is late, and a busy processor counts all the same")
    func busy() {
        let tally = tally(lagOfTheLastHundredth: 50_000)
        #expect(GeneratorVerdict(tally, interval: nil, processorShare: 0.8).reason == nil)
        let busy = GeneratorVerdict(tally, interval: nil, processorShare: 0.95)
        #expect(busy.reason?.contains("it used 95 % of a processor") == true)
    }
}
