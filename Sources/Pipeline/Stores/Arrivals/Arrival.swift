package import Events

/// An event as a ledger of arrivals knows it: by its id and a digest of its content.
package struct Arrival: Sendable, Hashable {
    /// The event's id.
    package let id: EventID
    /// What the event says.
    package let digest: ContentDigest

    package init(id: EventID, digest: ContentDigest) {
        self.id = id
        self.digest = digest
    }

    /// The arrival of that event.
    package init(_ event: Event) {
        self.init(id: event.id, digest: event.contentDigest)
    }
}

extension Arrival: Comparable {
    /// By id, then by the bytes of the digest.
    package static func < (left: Arrival, right: Arrival) -> Bool {
        if left.id != right.id { return left.id < right.id }
        return left.digest.bytes.lexicographicallyPrecedes(right.digest.bytes)
    }
}

/// What a ledger has of one content of one event.
package struct ArrivalRecord: Sendable, Hashable {
    /// Which event, with which content.
    package var arrival: Arrival
    /// When the ledger heard of the event for the first time.
    package var time: Timestamp
    /// Where the event is to arrive, as far as the API has set it on its way; empty for content that came from elsewhere.
    package var expected: ArrivalPlaces
    /// Where it has arrived.
    package var arrived: ArrivalPlaces
    /// Whether the API did not take the event in the end, and told its client so.
    package var isRefused: Bool

    package init(
        _ arrival: Arrival, time: Timestamp, expected: ArrivalPlaces = [], arrived: ArrivalPlaces = [],
        isRefused: Bool = false
    ) {
        self.arrival = arrival
        self.time = time
        self.expected = expected
        self.arrived = arrived
        self.isRefused = isRefused
    }

    /// Combines what two ledgers have of the same content.
    package mutating func add(_ other: ArrivalRecord) {
        time = min(time, other.time)
        expected.formUnion(other.expected)
        arrived.formUnion(other.arrived)
        isRefused = isRefused || other.isRefused
    }
}
