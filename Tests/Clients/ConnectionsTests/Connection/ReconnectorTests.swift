import Connections
import EventLoops
import Testing

@Suite("Connecting again")
struct ReconnectorTests {
    private static let backoff = Backoff(initial: .seconds(1), maximum: .seconds(8))

    /// The greatest random numbers: each delay is the longest that there is.
    private struct Greatest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    @Test("waits longer after each failure, and goes on to the next host")
    func failures() {
        var reconnector = Reconnector(hosts: 2, backoff: Self.backoff)
        var generator = Greatest()
        var hosts: [Int?] = []
        let delays = (0..<5).map { _ in
            hosts.append(reconnector.host)
            return reconnector.ended(isRefused: false, using: &generator)
        }
        #expect(delays == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8)])
        #expect(hosts == [0, 1, 0, 1, 0])
    }

    @Test("tries the next host soon after a loss")
    func loss() {
        var reconnector = Reconnector(hosts: 3, backoff: Self.backoff)
        var generator = Greatest()
        for _ in 0..<4 { _ = reconnector.ended(isRefused: false, using: &generator) }
        reconnector.connected()
        #expect(reconnector.ended(isRefused: false, using: &generator) == .seconds(1))
        #expect(reconnector.host == 2)
        #expect(reconnector.ended(isRefused: false, using: &generator) == .seconds(2))
        #expect(reconnector.host == 0)
    }

    @Test("has no haste after a refused login")
    func refused() {
        var reconnector = Reconnector(hosts: 1, backoff: Self.backoff)
        var generator = Greatest()
        #expect(reconnector.ended(isRefused: true, using: &generator) == .seconds(8))
        reconnector.connected()
        #expect(reconnector.ended(isRefused: true, using: &generator) == .seconds(8))
    }

    @Test("spreads its attempts by at most half of the delay")
    func jitter() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            var reconnector = Reconnector(hosts: 1, backoff: Self.backoff)
            let delay = reconnector.ended(isRefused: false, using: &generator)
            #expect(delay >= .milliseconds(500) && delay <= .seconds(1))
        }
    }

    @Test("has nothing to try without hosts")
    func noHosts() {
        var reconnector = Reconnector(hosts: 0, backoff: Self.backoff)
        var generator = Greatest()
        #expect(reconnector.host == nil)
        #expect(reconnector.ended(isRefused: false, using: &generator) == .seconds(1))
    }
}
