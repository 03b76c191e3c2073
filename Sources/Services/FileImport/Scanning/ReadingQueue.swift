import Dispatch
import Synchronization

/// Runs a reader, which blocks, on a queue of its own, never on the cooperative pool.
final class ReadingQueue: Sendable {
    private let queue = DispatchQueue(label: "file import", qos: .userInitiated)
    /// Only touched on the queue, so that nobody ever waits for the lock.
    private let reader: Mutex<BatchReader>

    init(_ reader: consuming sending BatchReader) {
        self.reader = Mutex(reader)
    }

    /// The next batch.
    ///
    /// - Throws: `BatchReader.Failure`; `CancellationError` at once where the task is cancelled, even while the reader
    ///   waits for the other end of a pipe: it is left to itself then.
    func next() async throws -> ImportBatch {
        let answer = Answer()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard answer.expect(continuation) else { return }
                queue.async { [self] in answer.give(Result { try reader.withLock { try $0.next() } }) }
            }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }

    /// One batch or error for one waiting task; what comes second is dropped.
    private final class Answer: Sendable {
        private enum State {
            case empty
            case expected(CheckedContinuation<ImportBatch, any Error>)
            case given(Result<ImportBatch, any Error>)
        }

        private let state = Mutex(State.empty)

        /// Resumes `continuation` with the answer; returns false if that is there already.
        func expect(_ continuation: CheckedContinuation<ImportBatch, any Error>) -> Bool {
            let given: Result<ImportBatch, any Error>? = state.withLock { state in
                if case .given(let result) = state { return result }
                state = .expected(continuation)
                return nil
            }
            if let given { continuation.resume(with: given) }
            return given == nil
        }

        func give(_ result: Result<ImportBatch, any Error>) {
            let waiting: CheckedContinuation<ImportBatch, any Error>? = state.withLock { state in
                defer {
                    if case .given = state {} else { state = .given(result) }
                }
                if case .expected(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume(with: result)
        }
    }
}
