import EventLoops
import Network
import Synchronization
import TestSupport
import Testing

@Suite("A byte stream without tasks", .timeLimit(.minutes(5)))
struct ByteStreamWithoutTasksTests {
    let executor = EventLoop(label: "test.stream")

    @Test("gives what the peer sends, in order, and then the end, once")
    func incoming() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        await stream.deliverInput { input.append($0) }
        let bytes = pattern(4 << 20)
        let sending = Task {
            try await peer.write(bytes)
            peer.endOutput()
        }
        #expect(await input.ending() == .end)
        #expect(input.bytes == bytes)
        try await sending.value
        #expect(input.endings == 1)
    }

    @Test("a connection that breaks is a failure, once, after what came before it")
    func broken() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        await stream.deliverInput { input.append($0) }
        try await peer.write([1, 2, 3])
        await input.wait { $0.count == 3 }
        peer.reset()
        #expect(await input.ending() == .failure)
        #expect(input.bytes == [1, 2, 3])
        #expect(input.endings == 1)
    }

    @Test("a send that the socket takes completes before the call returns")
    func outgoing() async throws {
        let (stream, peer) = try await connected()
        let sent = await Sender(executor).send(Array("ping".utf8), stream)
        #expect(sent.isComplete)
        #expect(await sent.error() == nil)
        #expect(try await peer.read(exactly: 4) == Array("ping".utf8))
    }

    @Test("4 MiB wait for a reader that stalls, and arrive whole; meanwhile a second sender is refused, input comes")
    func stalledReader() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        await stream.deliverInput { input.append($0) }
        let bytes = pattern(4 << 20)
        let first = await Sender(executor).send(bytes, stream)
        #expect(!first.isComplete)
        #expect(await Sender(executor).send([1], stream).error()?.code == .failed)
        await #expect(throws: NetworkError.self) { try await stream.send([1]) }
        try await peer.write([7])
        await input.wait { $0 == [7] }
        #expect(try await peer.read(exactly: bytes.count) == bytes)
        #expect(await first.error() == nil)
    }

    @Test("what comes while input is paused comes when the pause is over, and the end after it")
    func paused() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        let isNearlyOver = Atomic(false)
        let cameTooEarly = Atomic(false)
        await stream.deliverInput { [executor] piece in
            input.append(piece)
            if input.pieces == 1 {
                // The loop keeps to the order of its timers, however late they are.
                executor.schedule(after: .milliseconds(200)) { isNearlyOver.store(true, ordering: .relaxed) }
                stream.assumeIsolated { $0.pauseInput(for: .milliseconds(300)) }
            } else if !isNearlyOver.load(ordering: .relaxed) {
                cameTooEarly.store(true, ordering: .relaxed)
            }
        }
        try await peer.write([1])
        await input.wait { $0 == [1] }
        for byte: UInt8 in 2...4 { try await peer.write([byte]) }
        peer.endOutput()
        #expect(await input.ending() == .end)
        #expect(input.bytes == [1, 2, 3, 4])
        let tooEarly = cameTooEarly.load(ordering: .relaxed)
        #expect(!tooEarly)
    }

    @Test("a pause that outlives its stream does nothing")
    func pausedAndClosed() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        await stream.pauseInput(for: .milliseconds(1))
        await stream.deliverInput { input.append($0) }
        await stream.pauseInput(for: .milliseconds(1))
        await stream.close()
        _ = try? await peer.write([1])
        // Behind the pauses, since the loop keeps to the order of its timers.
        await withCheckedContinuation { continuation in
            executor.schedule(after: .milliseconds(2)) { continuation.resume() }
        }
        #expect(input.pieces == 0)
        #expect(input.endings == 0)
    }

    @Test("closing ends a send that waits, and nothing comes any more")
    func closing() async throws {
        let (stream, peer) = try await connected()
        let input = Input()
        await stream.deliverInput { input.append($0) }
        let first = await Sender(executor).send(pattern(16 << 20), stream)
        #expect(!first.isComplete)
        await stream.close()
        #expect(first.isComplete)
        #expect(await first.error()?.code == .closed)
        #expect(await Sender(executor).send([1], stream).error()?.code == .closed)
        _ = try? await peer.write([1])
        #expect(input.bytes.isEmpty)
        #expect(input.endings == 0)
    }

    @Test("pieces keep to the bound that was given, and after a stop nothing comes before the next handler")
    func boundedAndStopped() async throws {
        let (stream, peer) = try await connected()
        let first = Input()
        await stream.deliverInput(upTo: 3) { piece in
            first.append(piece)
            if first.pieces == 2 { stream.assumeIsolated { $0.stopInput() } }
        }
        await #expect(throws: NetworkError.self) { try await stream.receive(upTo: 1) }
        try await peer.write(Array("0123456789".utf8))
        peer.endOutput()
        await first.wait { $0.count == 6 }
        let second = Input()
        await stream.deliverInput(upTo: 0) { second.append($0) }
        #expect(await second.ending() == .end)
        #expect(first.bytes == Array("012345".utf8))
        #expect(first.endings == 0)
        #expect(second.bytes == Array("6789".utf8))
        #expect(second.pieces == 4)
    }

    @Test("a stream that nobody holds any more is closed, though its input was awaited")
    func dropped() async throws {
        var (stream, peer): (ByteStream?, LoopbackConnection) = try await connected()
        await stream?.deliverInput { _ in }
        stream = nil
        #expect(try await peer.read() == nil)
    }

    private func connected() async throws -> (ByteStream, LoopbackConnection) {
        let listener = try LoopbackListener()
        let stream = try await ByteStream.connect(
            to: ByteStream.Endpoint(host: "127.0.0.1", port: listener.port), timeout: .seconds(10),
            executor: executor)
        return (stream, try await listener.accept())
    }
}

/// Sends from an actor of the stream's loop, in one turn.
actor Sender: EventLoopActor {
    nonisolated let executor: EventLoop

    init(_ loop: EventLoop) {
        executor = loop
    }

    /// What is known when the call has returned.
    func send(_ bytes: [UInt8], _ stream: ByteStream) -> Sending {
        let sending = Sending()
        stream.assumeIsolated { $0.send(bytes) { sending.complete($0) } }
        return sending
    }
}

/// What became of a send.
final class Sending: Sendable {
    private let completions = Recorder<NetworkError?>()

    var isComplete: Bool { completions.count > 0 }

    func complete(_ error: NetworkError?) {
        completions.append(error)
    }

    func error() async -> NetworkError? {
        while !isComplete { await Task.yield() }
        return completions.entries.first ?? nil
    }
}

/// What came.
final class Input: Sendable {
    enum Ending: Sendable {
        case end, failure
    }

    private struct State {
        var bytes: [UInt8] = []
        var pieces = 0
        var endings: [Ending] = []
    }

    private let state = Mutex(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var pieces: Int { state.withLock { $0.pieces } }
    var endings: Int { state.withLock { $0.endings.count } }

    func append(_ input: ByteStream.Input) {
        state.withLock { state in
            switch input {
            case .bytes(let bytes):
                state.bytes += bytes
                state.pieces += 1
            case .end: state.endings.append(.end)
            case .failure: state.endings.append(.failure)
            }
        }
    }

    func wait(until isEnough: ([UInt8]) -> Bool) async {
        while !isEnough(bytes) { await Task.yield() }
    }

    func ending() async -> Ending? {
        while endings == 0 { await Task.yield() }
        return state.withLock { $0.endings.first }
    }
}
