package import Events

/// Notes by which paths events came to the stores. The stores themselves cannot tell: writing an event for the second time
/// changes nothing in them.
///
/// Every implementation may be used from any task. All calls may be repeated.
package protocol ArrivalLedger: Sendable {
    /// Notes events that are about to be set on their ways, durably.
    ///
    /// - Parameters:
    ///   - places: Where they are to arrive.
    ///   - time: Now.
    func expect(_ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp) async throws(StoreError)

    /// Which of these events are to be noted when they arrive. Most events of workers are none of a ledger: asking costs less
    /// than a digest of each.
    func awaits(_ ids: [EventID]) async throws(StoreError) -> Set<EventID>

    /// Notes that events have arrived. Those that nobody expects are passed over, unless the ledger was opened to note all;
    /// an expected one with other content is noted beside what was expected.
    ///
    /// - Parameters:
    ///   - places: Where they have arrived.
    ///   - time: Now.
    func note(_ arrivals: [Arrival], at places: ArrivalPlaces, time: Timestamp) async throws(StoreError)

    /// Notes that the API did not take expected events in the end: clients that were told so send them again, or not.
    func refuse(_ arrivals: [Arrival]) async throws(StoreError)
}

/// Reads a ledger of arrivals.
package protocol ArrivalReading: Sendable {
    /// Records of events that the ledger heard of at `since` or later, in the order of their ids and digests.
    ///
    /// - Parameters:
    ///   - last: Where the previous page ended; nil for the first.
    ///   - limit: The most records; 1 or more.
    func records(
        since: Timestamp, after last: Arrival?, limit: Int
    ) async throws(StoreError) -> [ArrivalRecord]

    /// The time of the latest event that has arrived at that one place; nil if none has.
    func latest(at place: ArrivalPlaces) async throws(StoreError) -> Timestamp?
}
