package import Events

/// The events of one transaction, in a form that is safe to write from several workers at once.
///
/// Every event is unique, and the rows are sorted by user, product and id: concurrent writers reach the same users in
/// the same order, and neighbours in a store are written one after the other. To rule out deadlocks, a store that locks
/// users and products row by row must lock the users first and then the products in their own order.
package struct InteractionBatch: Sendable, Hashable {
    /// Sorted, without repetitions.
    package let events: [Event]

    /// A batch of `events`; of several events with the same id the first is kept.
    package init(_ events: [Event]) {
        var seen = Set<EventID>(minimumCapacity: events.count)
        self.events = events.filter { seen.insert($0.id).inserted }
            .sorted { ($0.userID, $0.productID, $0.id) < ($1.userID, $1.productID, $1.id) }
    }

    package var isEmpty: Bool { events.isEmpty }
    package var count: Int { events.count }
}

/// What writing a batch changed.
package struct AppliedBatch: Sendable, Hashable {
    /// Events that the store did not have before.
    package var inserted: Int
    /// Events that the store had before; writing them again changed nothing.
    package var alreadyPresent: Int

    package init(inserted: Int, alreadyPresent: Int) {
        self.inserted = inserted
        self.alreadyPresent = alreadyPresent
    }
}
