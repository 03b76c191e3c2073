import Events
import Messaging
import Stores

/// What a store is to take: an event, together with whatever is to be done about it afterwards.
protocol BatchItem {
    var event: Event { get }
}

/// Writes events into a store in as few transactions as the store's answers permit. A value without a clock or a
/// broker: parts that the store commits are reported at once, and events that it refuses are found by halving.
struct BatchWriting<Item: BatchItem> {
    /// An item that was not written, and why.
    struct Refusal {
        let item: Item
        let failure: RetryPolicy.Failure
        let error: String
        /// Whether the store has another event with the item's id.
        var isConflict = false
    }

    /// When this many events in a row, each alone, fail through no fault of their own, the store itself is failing.
    static var failuresInARow: Int { 5 }

    private let sink: any EventSink
    private(set) var refusals: [Refusal] = []
    private var transientInARow = 0

    init(_ sink: any EventSink) {
        self.sink = sink
    }

    /// - Parameter committed: Receives each part that the store has committed, and whether that is all of what was
    ///   written in one transaction: where the store has other events with some of the ids, these are refusals.
    /// - Throws: `.unavailable` and the like if the store as a whole cannot be used: events that were not committed are
    ///   to be tried again, and their failures do not count.
    mutating func write(
        _ items: ArraySlice<Item>,
        committed: (ArraySlice<Item>, Bool, AppliedBatch) async throws(BatchInterruption) -> Void
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
                // An outage that the store reports under another name must not move event by event up the retry ladder.
                if transientInARow >= Self.failuresInARow { throw .store(error) }
            } else {
                transientInARow = 0
            }
            refusals.append(
                Refusal(
                    item: first, failure: error.code == .rejected ? .permanent(.rejected) : .transient,
                    error: error.message))
            return
        }
        transientInARow = 0
        guard !applied.conflicts.isEmpty else { return try await committed(items, true, applied) }
        let written = refuse(applied.conflicts, among: items)
        try await committed(written[...], false, applied)
    }

    /// Makes refusals of the items whose events were not written.
    ///
    /// - Returns: The other items.
    private mutating func refuse(
        _ conflicts: [EventConflict], among items: ArraySlice<Item>
    ) -> [Item] {
        let conflicts = Dictionary(grouping: conflicts, by: \.event.id)
        return items.filter { item in
            // Of events with one id, those that are as the store has them are written.
            let conflict = conflicts[item.event.id]?.first { $0.event.differences(from: item.event).isEmpty }
            guard let conflict else { return true }
            refusals.append(
                Refusal(
                    item: item, failure: .permanent(.rejected), error: conflict.description, isConflict: true))
            return false
        }
    }
}

/// Why a batch was not finished.
enum BatchInterruption: Error {
    case store(StoreError)
    case broker(MessagingError)
}
