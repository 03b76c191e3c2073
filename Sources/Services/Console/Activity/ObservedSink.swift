package import Events
package import Stores
package import Workers

/// Notes for the console what another sink writes.
package struct ObservedSink: EventSink {
    private let sink: any EventSink
    private let queue: String
    private let activity: ActivityRecord
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - queue: The work queue whose events the sink writes.
    ///   - now: The wall clock.
    package init(
        _ sink: any EventSink, of queue: String, noting activity: ActivityRecord,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.sink = sink
        self.queue = queue
        self.activity = activity
        self.now = now
    }

    package var pace: WritingPace { sink.pace }

    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let applied = try await sink.write(batch)
        activity.stored(batch.events, applied, queue: queue, at: now())
        return applied
    }
}
