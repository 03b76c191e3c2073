package import Events
package import Stores

/// A sink whose writes are counted.
package struct MeasuredSink: EventSink {
    private let sink: any EventSink
    private let metrics: QueueMetrics
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: The wall clock, by which events have their ages.
    package init(_ sink: any EventSink, _ metrics: QueueMetrics, now: @escaping @Sendable () -> Timestamp) {
        self.sink = sink
        self.metrics = metrics
        self.now = now
    }

    package var pace: WritingPace { sink.pace }

    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let began = ContinuousClock.now
        do throws(StoreError) {
            let applied = try await sink.write(batch)
            metrics.wrote(batch, applied, took: .now - began, at: now())
            return applied
        } catch {
            metrics.failed(error, took: .now - began)
            throw error
        }
    }
}
