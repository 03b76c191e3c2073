import Dispatch
import EventLoops
import Synchronization

/// Reads a file batch by batch. Blocks the thread.
protocol BatchReading: ~Copyable, Sendable {
    associatedtype Batch: Sendable
    associatedtype Failure: Error

    mutating func next() throws(Failure) -> Batch
}

/// Runs a reader, which blocks, on a separate queue, never on the cooperative pool.
final class ReadingQueue<Reader: BatchReading & ~Copyable>: Sendable {
    private let queue = DispatchQueue(label: "file import", qos: .userInitiated)
    /// Only used on the queue, so that no thread ever waits for the lock.
    private let reader: Mutex<Reader>

    init(_ reader: consuming sending Reader) {
        self.reader = Mutex(reader)
    }

    /// The next batch.
    ///
    /// - Throws: The failure of the reader; `CancellationError` at once where the task is cancelled, even while the reader
    ///   waits for the other end of a pipe: the reader is then abandoned.
    func next() async throws -> Reader.Batch {
        let answer = Once<Reader.Batch, any Error>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard answer.expect(continuation) else { return }
                queue.async { [self] in answer.resume(with: Result { try reader.withLock { try $0.next() } }) }
            }
        } onCancel: {
            answer.resume(throwing: CancellationError())
        }
    }
}
