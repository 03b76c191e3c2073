package import Events

/// What is written to a store in one transaction: events in a form that is safe to write from several workers at once.
///
/// Every event stands once, and the rows are sorted by user, product and id: concurrent writers come to the same users
/// in one order, and neighbours in a store are written one after the other. A store that locks users and products row by
/// row has to lock the users first and then the products in their own order, if it is to rule out deadlocks.
package struct InteractionBatch: Sendable, Hashable {
    /// Sorted and without repetitions.
    package let events: [Event]

    /// A batch of `events`; of several with one id the first stays.
    package init(_ events: [Event]) {
        var seen = Set<EventID>(minimumCapacity: events.count)
        self.events = events.filter { seen.insert($0.id).inserted }
            .sorted { ($0.userID, $0.productID, $0.id) < ($1.userID, $1.productID, $1.id) }
    }

    /// Whether there is nothing to write.
    package var isEmpty: Bool { events.isEmpty }
    /// How many events there are.
    package var count: Int { events.count }
}

/// What writing a batch changed.
package struct AppliedBatch: Sendable, Hashable {
    /// Events that the store did not have before.
    package var inserted: Int
    /// Events that were there already; writing them again changed nothing.
    package var alreadyPresent: Int

    /// An outcome with these counts.
    package init(inserted: Int, alreadyPresent: Int) {
        self.inserted = inserted
        self.alreadyPresent = alreadyPresent
    }
}
