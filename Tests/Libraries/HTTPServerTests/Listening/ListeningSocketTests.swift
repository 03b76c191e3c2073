import Glibc
import TestSupport
import Testing

@testable import HTTPServer

struct ListeningSocketTests {
    @Test("an accepted socket sends at once, whether or not what was sent before has been acknowledged")
    func noDelay() throws {
        let listening = try ListeningSocket.open(host: "127.0.0.1", port: 0, backlog: 1)
        defer { close(listening) }
        _ = try LoopbackConnection.connect(to: try ListeningSocket.boundAddress(of: listening).port)
        var waiting = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 10_000) == 1)
        let accepted = accept(listening, nil, nil)
        defer { close(accepted) }
        var isSet: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        #expect(getsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &isSet, &size) == 0)
        #expect(isSet != 0)
    }
}
