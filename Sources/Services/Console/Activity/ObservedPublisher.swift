package import Events
package import Messaging

/// Notes for the console what another publisher does.
package struct ObservedPublisher: Publisher {
    private let publisher: any Publisher
    private let activity: ActivityRecord
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: The wall clock.
    package init(_ publisher: any Publisher, noting activity: ActivityRecord, now: @escaping @Sendable () -> Timestamp)
    {
        self.publisher = publisher
        self.activity = activity
        self.now = now
    }

    package nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        let start = ContinuousClock.now
        let outcomes = await publisher.publish(publications)
        activity.published(publications, outcomes, took: ContinuousClock.now - start, at: now())
        return outcomes
    }
}
