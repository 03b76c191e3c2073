package import EventLoops
package import Network

/// An actor that owns a stream on its own loop and writes to it by a ``StreamWriter``.
package protocol StreamOwner: EventLoopActor {
    /// The stream, on the same loop.
    var stream: ByteStream { get }
    /// When to write; the owner closes it with the stream.
    var writer: StreamWriter { get set }
    var queuedBytes: Int { get }
    /// Takes everything that is queued, and leaves nothing.
    func takeQueued() -> [UInt8]
    /// A write is done; with an error, the stream has failed, and the owner is expected to end.
    func written(_ error: NetworkError?)
    /// A turn came, and nothing was queued.
    func nothingToWrite()
}

extension StreamOwner {
    /// Has the writer write soon: something was queued, or `nothingToWrite` is wanted.
    package func wakeWriter() {
        if writer.wake() { enterLater { $0.write() } }
    }

    private func write() {
        switch writer.turn(queued: queuedBytes) {
        case .nothing: break
        case .idle: nothingToWrite()
        case .write:
            let bytes = takeQueued()
            // The stream runs on the same loop, which the compiler cannot know: hence `assumeIsolated`.
            stream.assumeIsolated { stream in
                stream.send(bytes) { error in self.assumeIsolated { $0.finishedWriting(error) } }
            }
        }
    }

    private func finishedWriting(_ error: NetworkError?) {
        // The end of the stream ends a write, too.
        guard !writer.isClosed else { return }
        writer.written()
        written(error)
    }

    /// Waits while too much is queued; returns at once when the writer is closed.
    package func waitForRoom() async {
        while !writer.isClosed, queuedBytes >= writer.limit {
            await withCheckedContinuation { writer.wait($0) }
        }
    }
}
