package import Events
package import Stores
import Synchronization

/// A ledger of arrivals in memory that fails on request. Safe to use from any thread.
package final class FakeArrivalLedger: ArrivalLedger {
    private struct State {
        var records: [Arrival: ArrivalRecord] = [:]
        var failure: StoreError?
    }

    private let state = Mutex(State())

    package init() {}

    /// All records, in their order.
    package var records: [ArrivalRecord] {
        state.withLock { $0.records.values.sorted { $0.arrival < $1.arrival } }
    }

    /// Makes every call fail; nil repairs it.
    package func fail(with error: StoreError?) {
        state.withLock { $0.failure = error }
    }

    package func expect(
        _ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp
    ) async throws(StoreError) {
        try change(arrivals) { records, arrival in
            var record = records[arrival] ?? ArrivalRecord(arrival, time: time)
            record.expected.formUnion(places)
            record.isRefused = false
            records[arrival] = record
        }
    }

    package func awaits(_ ids: [EventID]) async throws(StoreError) -> Set<EventID> {
        try change([]) { _, _ in }
        return state.withLock { state in Set(ids).intersection(state.records.keys.map(\.id)) }
    }

    package func note(_ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp) async throws(StoreError) {
        try change(arrivals) { records, arrival in
            guard records.keys.contains(where: { $0.id == arrival.id }) else { return }
            var record = records[arrival] ?? ArrivalRecord(arrival, time: time)
            record.arrived.formUnion(places)
            records[arrival] = record
        }
    }

    package func refuse(_ arrivals: [Arrival]) async throws(StoreError) {
        try change(arrivals) { records, arrival in records[arrival]?.isRefused = true }
    }

    private func change(
        _ arrivals: [Arrival], _ body: (inout [Arrival: ArrivalRecord], Arrival) -> Void
    ) throws(StoreError) {
        let failure: StoreError? = state.withLock { state in
            if let failure = state.failure { return failure }
            for arrival in arrivals { body(&state.records, arrival) }
            return nil
        }
        if let failure { throw failure }
    }
}
