import EventLoops
import Network
import TestSupport
import Testing

@Suite("A byte stream over plain TCP")
struct ByteStreamTests {
    let executor = EventLoop(label: "test.stream")

    @Test("gives what the peer sends, and sends what it is given")
    func echo() async throws {
        let (stream, peer) = try await connected()
        try await stream.send(Array("ping".utf8))
        #expect(try await peer.read(exactly: 4) == Array("ping".utf8))
        try await peer.write(Array("pong".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("pong".utf8))
        await stream.close()
        #expect(try await peer.read() == nil)
    }

    @Test("a child process does not keep the connection open", .timeLimit(.minutes(5)))
    func childProcess() async throws {
        let (stream, peer) = try await connected()
        // Lives until the end of the test, when its input ends.
        let child = try HelperProcess(path: "/usr/bin/env", ["cat"])
        child.send(line: "runs")
        #expect(await child.nextLine() == "runs")
        await stream.close()
        #expect(try await peer.read() == nil)
        child.send(line: "still runs")
        #expect(await child.nextLine() == "still runs")
    }

    @Test("never gives more than was asked for, and the rest the next time")
    func parts() async throws {
        let (stream, peer) = try await connected()
        try await peer.write(Array("0123456789".utf8))
        #expect(try await stream.receive(upTo: 4) == Array("0123".utf8))
        #expect(try await stream.receive(upTo: 100) == Array("456789".utf8))
    }

    @Test("a receive waits for a peer that sends later")
    func waiting() async throws {
        let (stream, peer) = try await connected()
        async let received = stream.receive(upTo: 100)
        try await Task.sleep(for: .milliseconds(20))
        try await peer.write([7])
        #expect(try await received == [7])
    }

    @Test("4 MiB wait for a reader that stalls, and arrive whole")
    func stalledReader() async throws {
        let (stream, peer) = try await connected()
        let bytes = pattern(4 << 20)
        let sending = Task { try await stream.send(bytes) }
        // While the sender waits for the reader, the other direction works.
        try await peer.write([1, 2, 3])
        #expect(try await stream.receive(upTo: 100) == [1, 2, 3])
        #expect(try await peer.read(exactly: bytes.count) == bytes)
        try await sending.value
    }

    @Test("4 MiB from the peer come in order, whatever the pieces")
    func muchIncoming() async throws {
        let (stream, peer) = try await connected()
        let bytes = pattern(4 << 20)
        let sending = Task {
            try await peer.write(bytes)
            peer.endOutput()
        }
        #expect(try await everything(stream) == bytes)
        try await sending.value
    }

    @Test("what arrived before the peer's end is given before the end, and the end again and again")
    func endOfInput() async throws {
        let (stream, peer) = try await connected()
        try await peer.write([1, 2])
        peer.endOutput()
        #expect(try await everything(stream) == [1, 2])
        #expect(try await stream.receive(upTo: 10) == nil)
        try await stream.send([3])
        #expect(try await peer.read(exactly: 1) == [3])
    }

    @Test("a reset is a broken connection")
    func reset() async throws {
        let (stream, peer) = try await connected()
        peer.reset()
        let error = await #expect(throws: NetworkError.self) { try await stream.receive(upTo: 10) }
        #expect(error?.code == .disconnected)
        #expect(error?.message.contains("Connection reset by peer") == true, "\(String(describing: error))")
    }

    @Test("sending to a peer that has gone is a broken connection")
    func sendingToNobody() async throws {
        let (stream, peer) = try await connected()
        peer.reset()
        let error = await #expect(throws: NetworkError.self) {
            while true { try await stream.send(pattern(1000)) }
        }
        #expect(error?.code == .disconnected)
    }

    @Test("closing ends a receive that waits, and whatever is called later")
    func closing() async throws {
        let (stream, peer) = try await connected()
        let receiving = Task { try await stream.receive(upTo: 10) }
        try await Task.sleep(for: .milliseconds(20))
        await stream.close()
        #expect(await code(of: receiving) == .closed)
        await stream.close()
        #expect(await #expect(throws: NetworkError.self) { try await stream.send([1]) }?.code == .closed)
        #expect(await #expect(throws: NetworkError.self) { try await stream.receive(upTo: 1) }?.code == .closed)
        #expect(try await peer.read() == nil)
    }

    @Test("closing ends a send that waits")
    func closingWhileSending() async throws {
        let (stream, peer) = try await connected()
        let sending = Task { try await stream.send(pattern(64 << 20)) }
        // So much has arrived that the send is under way.
        _ = try await peer.read(exactly: 1000)
        await stream.close()
        #expect(await code(of: sending) == .closed)
    }

    @Test("cancelling a receive ends it and closes the stream")
    func cancelling() async throws {
        let (stream, peer) = try await connected()
        let receiving = Task { try await stream.receive(upTo: 10) }
        try await Task.sleep(for: .milliseconds(20))
        receiving.cancel()
        #expect(await code(of: receiving) == .closed)
        #expect(try await peer.read() == nil)
    }

    @Test("cancelling a send ends it and closes the stream")
    func cancellingSend() async throws {
        let (stream, peer) = try await connected()
        let sending = Task { try await stream.send(pattern(64 << 20)) }
        _ = try await peer.read(exactly: 1000)
        sending.cancel()
        #expect(await code(of: sending) == .closed)
        #expect(await #expect(throws: NetworkError.self) { try await stream.receive(upTo: 1) }?.code == .closed)
    }

    @Test("a second receive at a time is refused, the first goes on")
    func secondReceiver() async throws {
        let (stream, peer) = try await connected()
        await withTaskGroup(of: Result<[UInt8]?, NetworkError>.self) { group in
            for _ in 0..<2 {
                group.addTask { await outcome { () throws(NetworkError) in try await stream.receive(upTo: 10) } }
            }
            // Nothing has been sent: only the refused one can have ended.
            #expect(await group.next().flatMap { $0.failure?.code } == .failed)
            await #expect(throws: Never.self) { try await peer.write([9]) }
            #expect(await group.next()?.success == [9])
        }
    }

    @Test("a stream that nobody holds any more is closed")
    func dropped() async throws {
        var (stream, peer): (ByteStream?, LoopbackConnection) = try await connected()
        #expect(stream != nil)
        stream = nil
        #expect(try await peer.read() == nil)
    }

    @Test("a dropped stream whose receive had waited is closed too")
    func droppedAfterWaiting() async throws {
        var (stream, peer): (ByteStream?, LoopbackConnection) = try await connected()
        async let byte = peer.write([1])
        #expect(try await stream?.receive(upTo: 10) == [1])
        try await byte
        stream = nil
        #expect(try await peer.read() == nil)
    }

    @Test("a peer that always has something does not keep the executor from its other jobs")
    func fairness() async throws {
        let (stream, peer) = try await connected()
        let flood = Task { while !Task.isCancelled { try await peer.write(pattern(256 << 10)) } }
        let reader = Reader(executor: executor)
        // The reader stops only when the other job, on the same queue, tells it to.
        async let reading: Void = reader.read(stream)
        try await Task.sleep(for: .milliseconds(20))
        await reader.stop()
        try await reading
        flood.cancel()
        await stream.close()
        _ = await flood.result
    }

    private func connected() async throws -> (ByteStream, LoopbackConnection) {
        let listener = try LoopbackListener()
        let stream = try await ByteStream.connect(
            to: ByteStream.Endpoint(host: "127.0.0.1", port: listener.port), timeout: .seconds(10),
            executor: executor)
        return (stream, try await listener.accept())
    }
}

/// Reads for as long as it is not told to stop, on the stream's executor.
private actor Reader {
    private let executor: EventLoop
    private var isStopped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: EventLoop) {
        self.executor = executor
    }

    func read(_ stream: ByteStream) async throws {
        while !isStopped { _ = try await stream.receive(upTo: 1) }
    }

    func stop() {
        isStopped = true
    }
}
