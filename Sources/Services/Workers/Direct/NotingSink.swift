package import Events
package import Stores

/// A sink that notes in a ledger of arrivals what a store has answered for.
///
/// A batch is noted before its events are acknowledged, or their requests answered: a process that dies before has them
/// come again. A ledger that cannot be written keeps nothing from going on; what it lacks is reported.
package struct NotingSink: EventSink {
    private let sink: any EventSink
    private let place: ArrivalPlaces
    private let ledger: any ArrivalLedger
    private let now: @Sendable () -> Timestamp
    private let failed: @Sendable (StoreError, _ count: Int) -> Void

    /// - Parameters:
    ///   - place: Where the events of the sink arrive: one place.
    ///   - now: The wall clock.
    ///   - failed: Told why that many arrivals could not be noted.
    package init(
        _ sink: any EventSink, at place: ArrivalPlaces, _ ledger: any ArrivalLedger,
        now: @escaping @Sendable () -> Timestamp, failed: @escaping @Sendable (StoreError, _ count: Int) -> Void
    ) {
        self.sink = sink
        self.place = place
        self.ledger = ledger
        self.now = now
        self.failed = failed
    }

    package var pace: WritingPace { sink.pace }

    /// An event from a queue whose id is stored with other content has arrived, too: that is what a comparison is to find.
    /// Of an event that a request brings, the client is told.
    package func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let applied = try await sink.write(batch)
        var events = batch.events + batch.rivals
        if !place.isDisjoint(with: EventPath.direct.places), !applied.conflicts.isEmpty {
            let conflicting = Dictionary(grouping: applied.conflicts.map(\.event), by: \.id)
            events.removeAll { event in
                conflicting[event.id]?.contains { $0.differences(from: event).isEmpty } == true
            }
        }
        do throws(StoreError) {
            let awaited = try await ledger.awaits(events.map(\.id))
            guard !awaited.isEmpty else { return applied }
            let arrivals = events.filter { awaited.contains($0.id) }.map { Arrival($0) }
            try await ledger.note(arrivals, at: place, time: now())
        } catch {
            failed(error, events.count)
        }
        return applied
    }
}
