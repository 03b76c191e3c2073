import Dispatch
import EventLoops
import Synchronization

/// Runs a reader, which blocks, on a separate queue, never on the cooperative pool.
final class ReadingQueue: Sendable {
    private let queue = DispatchQueue(label: "file import", qos: .userInitiated)
    /// Only used on the queue, so that no thread ever waits for the lock.
    private let reader: Mutex<BatchReader>

    init(_ reader: consuming sending BatchReader) {
        self.reader = Mutex(reader)
    }

    /// The next batch.
    ///
    /// - Throws: `BatchReader.Failure`; `CancellationError` at once where the task is cancelled, even while the reader
    ///   waits for the other end of a pipe: the reader is then abandoned.
    func next() async throws -> ImportBatch {
        let answer = Once<ImportBatch, any Error>()
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
