import Synchronization

/// The bounded buffer between a stream's producer (any task) and its connection (the server's loop).
final class BodyPipe: Sendable {
    /// What the connection finds in the pipe.
    enum Read: Equatable {
        case bytes(Int)
        /// Nothing for now; `ready` will be called once when that changes.
        case empty
        case finished
        case failed
    }

    private struct Writer {
        let id: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State: ~Copyable {
        var buffer: [UInt8] = []
        var consumed = 0
        /// Set once the producer has returned (nil: normally) or the connection is gone.
        var end: Result<Void, HTTPBodyWriteError>?
        var readerWaits = false
        var waiting: [Writer] = []
        var nextWriter: UInt64 = 0
        var cancelled: Set<UInt64> = []

        var pending: Int { buffer.count - consumed }
    }

    private let capacity: Int
    private let ready: @Sendable () -> Void
    private let state = Mutex(State())

    /// `ready` is called, from any thread, when a reader that found the pipe empty should read again.
    init(capacity: Int, ready: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.ready = ready
    }

    // MARK: The producer's side

    /// Takes `bytes` whole, so that writes of several tasks never mix, once less than `capacity` waits.
    func write(_ bytes: [UInt8]) async throws(HTTPBodyWriteError) {
        while try !offer(bytes) {
            try await waitForRoom()
        }
    }

    /// The producer has returned; `failed` where it threw.
    func finish(failed: Bool) {
        end(with: failed ? .failure(.finished) : .success(()))
    }

    /// Whether the bytes were taken.
    private func offer(_ bytes: [UInt8]) throws(HTTPBodyWriteError) -> Bool {
        let (outcome, wakesReader) = state.withLock { state -> (Result<Bool, HTTPBodyWriteError>, Bool) in
            switch state.end {
            case .failure(let error): return (.failure(error), false)
            case .success: return (.failure(.finished), false)
            case nil: break
            }
            guard state.pending < capacity else { return (.success(false), false) }
            guard !bytes.isEmpty else { return (.success(true), false) }
            state.buffer.append(contentsOf: bytes)
            defer { state.readerWaits = false }
            return (.success(true), state.readerWaits)
        }
        if wakesReader { ready() }
        return try outcome.get()
    }

    private func waitForRoom() async throws(HTTPBodyWriteError) {
        let id = state.withLock { state in
            state.nextWriter += 1
            return state.nextWriter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    // The cancellation handler may have run before there was anything to resume.
                    if state.end != nil || state.pending < capacity || state.cancelled.remove(id) != nil {
                        return true
                    }
                    state.waiting.append(Writer(id: id, continuation: continuation))
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            let writer = state.withLock { state -> Writer? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index)
            }
            writer?.continuation.resume()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        if Task.isCancelled {
            let error = state.withLock { state -> HTTPBodyWriteError? in
                if case .failure(let error) = state.end { error } else { nil }
            }
            throw error ?? .cancelled
        }
    }

    // MARK: The connection's side

    /// Moves waiting bytes into `target`.
    func read(into target: UnsafeMutableRawBufferPointer) -> Read {
        let (result, writers) = state.withLock { state -> (Read, [Writer]) in
            guard state.pending > 0 else {
                switch state.end {
                case .success: return (.finished, [])
                case .failure: return (.failed, [])
                case nil:
                    state.readerWaits = true
                    return (.empty, [])
                }
            }
            let count = min(target.count, state.pending)
            state.buffer.withUnsafeBytes { buffer in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[state.consumed...].prefix(count)))
            }
            state.consumed += count
            if state.pending == 0 {
                state.buffer.removeAll(keepingCapacity: true)
                state.consumed = 0
            } else if state.consumed >= capacity {
                state.buffer.removeFirst(state.consumed)
                state.consumed = 0
            }
            defer { state.waiting = [] }
            return (.bytes(count), state.waiting)
        }
        for writer in writers { writer.continuation.resume() }
        return result
    }

    /// Puts in bytes that are not the producer's, where nothing else waits; true if the reader should read again.
    func insertHeartbeat(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard state.readerWaits, state.end == nil else { return false }
            state.buffer.append(contentsOf: bytes)
            state.readerWaits = false
            return true
        }
    }

    /// The connection is gone, or the server stops: writes throw from now on.
    func close(_ error: HTTPBodyWriteError) {
        end(with: .failure(error))
    }

    private func end(with end: Result<Void, HTTPBodyWriteError>) {
        let (writers, wakesReader) = state.withLock { state -> ([Writer], Bool) in
            guard state.end == nil else { return ([], false) }
            state.end = end
            defer {
                state.waiting = []
                state.readerWaits = false
            }
            return (state.waiting, state.readerWaits)
        }
        for writer in writers { writer.continuation.resume() }
        if wakesReader { ready() }
    }
}
