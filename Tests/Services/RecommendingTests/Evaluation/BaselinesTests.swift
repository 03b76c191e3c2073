import Testing

@testable import Recommending

@Suite("What the walk is compared with") struct BaselinesTests {
    @Test("popularity names the most visited products that the user does not know")
    func popular() {
        var script = EventScript()
        script.add([1, 2, 3], user: 10)
        script.add([2, 3], user: 11)
        script.add([3], user: 12)
        #expect(script.visits.popularList(for: 12, limit: 5) == [2, 1])
        #expect(script.visits.popularList(for: 99, limit: 2) == [3, 2])
    }

    @Test("cosines divide what two products share by what either has, and popular products fill the list up")
    func cosine() {
        var script = EventScript()
        // Product 1 is in two sessions with 2, which has four, and in one with 3, which has one.
        script.add([1, 2], user: 10)
        script.add([1, 2, 3], user: 11)
        script.add([2, 7], user: 12)
        script.add([2, 7], user: 13)
        script.add([1], user: 20)
        // 3: 1 / sqrt(3 * 1) = .577, 2: 2 / sqrt(3 * 4) = .577 as well; equals by id.
        #expect(script.visits.cosineList(for: 20, limit: 5) == [2, 3, 7])
        script.add([2], user: 14)
        #expect(script.visits.cosineList(for: 20, limit: 5) == [3, 2, 7])
    }

    @Test("V-SKNN takes the sessions that share the newest products of the running session first")
    func neighbours() {
        var script = EventScript()
        script.add([1, 5], user: 10)
        script.add([2, 6], user: 11)
        script.add([1, 2, 8], user: 12)
        script.add([9], user: 20, session: "older")
        script.add([1, 2], user: 20, session: "now")
        // 8 by 0.5 + 1, 6 by 1, 5 by 0.5; 9 is the user's own.
        #expect(script.visits.neighbourList(for: 20, session: 3, limit: 10).count == 3)
        let now = script.log.sessions.known("now")
        #expect(now == 4)
        #expect(script.visits.neighbourList(for: 20, session: 4, limit: 10) == [8, 6, 5])
    }

    @Test("V-SKNN has a hundred neighbours, of equals the newer ones")
    func neighbourLimit() {
        var script = EventScript()
        for user in 1...150 as ClosedRange<Int64> { script.add([1, 1_000 + user], user: user) }
        script.add([1], user: 200)
        let visits = script.visits
        let session = Int32(visits.log.sessions.known("session 200") ?? -1)
        let named = visits.neighbourList(for: 200, session: session, limit: 100)
        #expect(named == Array(1_051...1_150))
    }
}
