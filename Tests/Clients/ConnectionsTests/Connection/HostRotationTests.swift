import Connections
import Testing

@Suite("A rotation of hosts")
struct HostRotationTests {
    @Test("tries one host after the other, around and around")
    func turns() {
        var hosts = HostRotation(count: 3)
        var tried: [Int?] = []
        for _ in 0..<7 {
            tried.append(hosts.current)
            hosts.failed()
        }
        #expect(tried == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test("stays at its only host, and has none where there are none")
    func few() {
        var one = HostRotation(count: 1)
        one.failed()
        #expect(one.current == 0)
        var none = HostRotation(count: -1)
        none.failed()
        #expect(none.current == nil)
    }
}
