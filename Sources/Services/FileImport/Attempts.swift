import EventLoops
import Stores

/// How often and when a write is tried again that a store did not carry out.
struct Attempts: Sendable {
    private let most: Int
    private let backoff: Backoff

    init(most: Int, backoff: Backoff) {
        self.most = max(1, most)
        self.backoff = backoff
    }

    /// Writes until it succeeds, fails for good, or has failed too often.
    func run<Answer: Sendable>(
        _ write: @Sendable () async throws(StoreError) -> Answer
    ) async -> (result: Result<Answer, StoreError>, time: Duration) {
        let start = ContinuousClock.now
        var failures = 0
        var generator = SystemRandomNumberGenerator()
        while true {
            do throws(StoreError) {
                return (.success(try await write()), .now - start)
            } catch {
                failures += 1
                guard error.isWorthAnotherAttempt, failures < most, !Task.isCancelled else {
                    return (.failure(error), .now - start)
                }
                // The pause ends early where the task is cancelled; the next attempt is the last one then.
                try? await Task.sleep(for: backoff.delay(afterFailures: failures, using: &generator))
            }
        }
    }
}

extension StoreError {
    fileprivate var isWorthAnotherAttempt: Bool {
        switch code {
        case .transient, .unavailable: true
        case .rejected, .corrupt, .closed: false
        }
    }
}
