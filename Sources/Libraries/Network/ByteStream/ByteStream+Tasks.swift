import EventLoops

// For tasks, written over the form without them. Each call takes a turn of the loop, also where it would not have to wait:
// a peer that always has something, or always takes something, could otherwise keep the loop's other jobs from theirs.
extension ByteStream {
    /// What has arrived, at least one byte; waits for it. Nil when the peer has ended its side, also when called again;
    /// see ``Input/end`` about TLS. Nothing is read between the calls.
    ///
    /// One caller at a time. Cancelling the task, or ``close()``, ends the wait with `.closed`; after a cancellation the
    /// stream is closed, since it may have lost its place. Safe to call from any task.
    /// - Parameter count: the most bytes that are returned, more than 0; everything that is there is returned up to it
    ///   and to 256 KiB.
    /// - Throws: ``NetworkError`` with `.disconnected` when the connection broke; `.tls`; `.closed`; `.failed` for a second
    ///   caller, beside a handler of ``deliverInput(upTo:to:)``, and for a count below 1.
    public func receive(upTo count: Int) async throws(NetworkError) -> [UInt8]? {
        guard inputHandler == nil else { throw NetworkError(.failed, "two callers receive from \(peer) at once") }
        guard count > 0 else { throw NetworkError(.failed, "a receive of \(count) bytes from \(peer)") }
        if Task.isCancelled { close() }
        guard handle != nil else { throw .closed(peer) }
        let input = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                receiver = continuation
                deliverInput(upTo: count) { [weak self] input in
                    self?.assumeIsolated { $0.endReceive(with: input) }
                }
            }
        } onCancel: {
            closeSoon()
        }
        switch input {
        case .bytes(let bytes): return bytes
        case .end: return nil
        case .failure(let error): throw error
        }
    }

    func endReceive(with input: Input) {
        guard let receiver else { return }
        self.receiver = nil
        stopInput()
        receiver.resume(returning: input)
    }

    /// Sends all bytes; returns when the operating system (or TLS) has taken them.
    ///
    /// One caller at a time. Cancelling the task, or ``close()``, ends the wait with `.closed`; after a cancellation the
    /// stream is closed, since a part may have been sent. Safe to call from any task.
    /// - Throws: ``NetworkError`` with `.disconnected`, `.tls`, `.closed`; `.failed` if another send is under way.
    public func send(_ bytes: [UInt8]) async throws(NetworkError) {
        if Task.isCancelled { close() }
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                executor.schedule {
                    self.assumeIsolated { $0.send(bytes) { continuation.resume(returning: $0) } }
                }
            }
        } onCancel: {
            closeSoon()
        }
        if let error { throw error }
    }

    private nonisolated func closeSoon() {
        executor.schedule { self.assumeIsolated { $0.close() } }
    }
}
