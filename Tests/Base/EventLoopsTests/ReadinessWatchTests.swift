import EventLoops
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("Readiness watch", .timeLimit(.minutes(5)))
struct ReadinessWatchTests {
    private let loop = EventLoop(label: "test.readiness")

    @Test("a socket that can be written to is told at once, and what comes once for each time")
    func changes() async throws {
        let pair = try SocketPair()
        let seen = Recorder<ReadinessWatch.Changes>()
        let watch = try #require(loop.watchChanges(of: pair.own) { seen.append($0) })
        try await eventually("the first change") { seen.entries == [.writable] }
        pair.send()
        try await eventually("bytes") { seen.entries.count == 2 }
        #expect(seen.entries.last?.contains(.readable) == true)
        await turn()
        #expect(seen.entries.count == 2, "nothing is told twice, although nobody has read")
        pair.send()
        try await eventually("more bytes") { seen.entries.count == 3 }
        watch.cancel()
    }

    @Test("the end of the peer is told behind bytes that nobody has read")
    func end() async throws {
        let pair = try SocketPair()
        let seen = Recorder<ReadinessWatch.Changes>()
        let watch = try #require(loop.watchChanges(of: pair.own) { seen.append($0) })
        pair.send()
        pair.endPeer()
        try await eventually("the end") { seen.entries.last?.contains(.peerEnded) == true }
        #expect(seen.entries.last?.contains(.hungUp) == false)
        pair.closePeer()
        try await eventually("both ends") { seen.entries.last?.contains(.hungUp) == true }
        watch.cancel()
    }

    @Test("a watch that was cancelled is not called, even if its socket was ready already")
    func cancellation() async throws {
        let pairs = [try SocketPair(), try SocketPair()]
        let watches = Mutex<[ReadinessWatch]>([])
        let calls = Mutex(0)
        await withCheckedContinuation { continuation in
            loop.schedule {
                for pair in pairs {
                    let watch = loop.watchChanges(of: pair.own) { _ in
                        calls.withLock { $0 += 1 }
                        for watch in watches.withLock({ $0 }) { watch.cancel() }
                        loop.schedule { continuation.resume() }
                    }
                    if let watch { watches.withLock { $0.append(watch) } }
                }
            }
        }
        await turn()
        #expect(calls.withLock { $0 } == 1)
    }

    @Test("a descriptor's number may be used again right after its watch was cancelled")
    func reuse() async throws {
        for _ in 0..<50 {
            let pair = try SocketPair()
            let seen = Recorder<ReadinessWatch.Changes>()
            let watch = try #require(loop.watchChanges(of: pair.own) { seen.append($0) })
            pair.send()
            try await eventually("bytes") { seen.entries.contains { $0.contains(.readable) } }
            watch.cancel()
        }
    }

    @Test("a descriptor that never has to be waited for has no watch")
    func unfit() {
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(loop.watchChanges(of: descriptor) { _ in } == nil)
    }

    @Test("a watch for bytes that is disarmed and armed again takes what came meanwhile, beside one for room")
    func rearming() async throws {
        let pair = try SocketPair()
        let reads = Mutex(0)
        let writes = Mutex(0)
        let watches = Mutex<[DescriptorWatch]>([])
        let reading = loop.watch(pair.own, for: .readable) {
            reads.withLock { $0 += 1 }
            pair.receive()
        }
        let writing = loop.watch(pair.own, for: .writable) {
            writes.withLock { $0 += 1 }
            watches.withLock { $0.last?.disarm() }
        }
        watches.withLock { $0 = [reading, writing] }
        for round in 1...3 {
            reading.arm()
            writing.arm()
            pair.send()
            try await eventually("both") { reads.withLock { $0 } == round && writes.withLock { $0 } == round }
            reading.disarm()
            pair.send()
            await turn()
            #expect(reads.withLock { $0 } == round)
            pair.receive()
        }
        reading.cancel()
        writing.cancel()
    }

    /// Returns when the loop has looked at its descriptors once more.
    private func turn() async {
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(2)) { loop.schedule(after: .zero) { continuation.resume() } }
        }
    }
}

/// Two connected sockets without blocking.
private final class SocketPair: Sendable {
    let own: Int32
    private let peer: Int32
    private let isPeerClosed = Mutex(false)

    init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw SystemError(errorNumber: errno, operation: "socketpair")
        }
        (own, peer) = (ends[0], ends[1])
    }

    deinit {
        close(own)
        closePeer()
    }

    func send() {
        _ = Glibc.send(peer, [1], 1, Int32(MSG_NOSIGNAL))
    }

    func receive() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while recv(own, &bytes, bytes.count, 0) > 0 {}
    }

    func endPeer() {
        shutdown(peer, Int32(SHUT_WR))
    }

    func closePeer() {
        isPeerClosed.withLock { isClosed in
            if !isClosed { close(peer) }
            isClosed = true
        }
    }
}
