import Network
import Testing

@Suite struct NetworkErrorTests {
    @Test("what may succeed a little later is retriable, what needs a change or was wanted is not")
    func retriable() {
        let all: [NetworkError.Code] = [.unreachable, .timedOut, .tls, .disconnected, .closed, .tooLarge, .failed]
        #expect(all.filter { NetworkError($0, "").isRetriable } == [.unreachable, .timedOut, .disconnected])
        #expect(Set(all).count == all.count)
    }

    @Test("a code is described by its name, an error by its message")
    func description() {
        #expect("\(NetworkError.Code.timedOut)" == "timedOut")
        #expect("\(NetworkError(.tls, "the file is missing"))" == "the file is missing")
    }
}
