import Messaging
import Stores

/// Writes events into a store in as few transactions as the store's answers permit. A value without a clock or a
/// broker: what the store commits is told at once, what it refuses is found by halving.
struct BatchWriting {
    /// So many events in a row, each alone, that fail for no fault of theirs: that is the store's trouble.
    static let failuresInARow = 5

    private let sink: any EventSink
    private(set) var failures: [FailedDelivery] = []
    private var transientInARow = 0

    init(_ sink: any EventSink) {
        self.sink = sink
    }

    /// - Parameter committed: told of each part that the store has committed.
    /// - Throws: `.unavailable` and the like when the store as a whole cannot be used: everything that was not
    ///   committed is to be tried again, and the failures do not count.
    mutating func write(
        _ items: ArraySlice<BatchTriage.Item>,
        committed: (ArraySlice<BatchTriage.Item>, AppliedBatch) async throws(BatchInterruption) -> Void
    ) async throws(BatchInterruption) {
        guard let first = items.first else { return }
        let applied: AppliedBatch
        do throws(StoreError) {
            applied = try await sink.write(InteractionBatch(items.map(\.event)))
        } catch {
            guard error.code == .rejected || error.code == .transient else { throw .store(error) }
            guard items.count == 1 else {
                let middle = items.startIndex + items.count / 2
                try await write(items[..<middle], committed: committed)
                try await write(items[middle...], committed: committed)
                return
            }
            if error.code == .transient {
                transientInARow += 1
                // An outage that the store calls by another name must not climb the ladder event by event.
                if transientInARow >= Self.failuresInARow { throw .store(error) }
            } else {
                transientInARow = 0
            }
            failures.append(
                FailedDelivery(
                    delivery: first.delivery,
                    failure: error.code == .rejected ? .permanent(.rejected) : .transient, error: error.message))
            return
        }
        transientInARow = 0
        try await committed(items, applied)
    }
}

/// Why a batch did not come to its end.
enum BatchInterruption: Error {
    case store(StoreError)
    case broker(MessagingError)
}
