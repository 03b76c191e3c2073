import Connections
import Testing

@Suite("A stream's writer")
struct StreamWriterTests {
    @Test("asks for one turn however often it is woken, and writes what is queued by then")
    func coalesces() {
        var writer = StreamWriter(limit: 10)
        #expect(writer.wake() == true)
        #expect(writer.wake() == false)
        #expect(writer.turn(queued: 3) == .write)
        // What comes while the write is under way waits for its end.
        #expect(writer.wake() == false)
        #expect(writer.turn(queued: 3) == .nothing)
        writer.written()
        #expect(writer.wake() == true)
    }

    @Test("says when a turn finds nothing to write")
    func idle() {
        var writer = StreamWriter(limit: 10)
        #expect(writer.turn(queued: 0) == .nothing, "nobody asked")
        #expect(writer.wake() == true)
        #expect(writer.turn(queued: 0) == .idle)
        #expect(writer.wake() == true)
    }

    @Test("lets those who wait for room go on after a write, and after its end", .timeLimit(.minutes(5)))
    func room() async {
        var writer = StreamWriter(limit: 10)
        _ = writer.wake()
        _ = writer.turn(queued: 20)
        await withCheckedContinuation { continuation in
            writer.wait(continuation)
            writer.written()
        }
        await withCheckedContinuation { continuation in
            writer.wait(continuation)
            writer.close()
        }
        await withCheckedContinuation { writer.wait($0) }
        #expect(writer.isClosed)
    }

    @Test("does nothing any more when it is closed")
    func closed() {
        var writer = StreamWriter(limit: 10)
        _ = writer.wake()
        writer.close()
        #expect(writer.turn(queued: 5) == .nothing)
        #expect(writer.wake() == false)
        writer.written()
        #expect(writer.isClosed)
    }
}
