package import Events

/// The events of one transaction, in a form that is safe to write from several workers at once.
///
/// Every event is unique, and the rows are sorted by user, product and id: concurrent writers reach the same users in
/// the same order, and neighbours in a store are written one after the other. To rule out deadlocks, a store that locks
/// users and products row by row must lock the users first and then the products in their own order.
package struct InteractionBatch: Sendable, Hashable {
    /// Sorted, without repetitions.
    package let events: [Event]
    /// Events with the id of an earlier one and other content, in their order. A store writes none of them: after the
    /// others are written, it compares these with what it has, and reports conflicts.
    package let rivals: [Event]

    /// A batch of `events`; of several events with the same id the first is kept, and those with the same content are
    /// dropped.
    package init(_ events: [Event]) {
        var seen = Set<EventID>(minimumCapacity: events.count)
        var repeats: [Event] = []
        let first = events.filter { event in
            if seen.insert(event.id).inserted { return true }
            repeats.append(event)
            return false
        }
        rivals = repeats.isEmpty ? [] : Self.rivals(among: repeats, of: first)
        func key(_ place: Int) -> (Int64, Int64, EventID) {
            (first[place].userID, first[place].productID, first[place].id)
        }
        // Places are sorted rather than events, which are large.
        self.events = first.indices.sorted { key($0) < key($1) }.map { first[$0] }
    }

    private static func rivals(among repeats: [Event], of first: [Event]) -> [Event] {
        let ids = Set(repeats.map(\.id))
        let kept = Dictionary(uniqueKeysWithValues: first.lazy.filter { ids.contains($0.id) }.map { ($0.id, $0) })
        return repeats.filter { event in kept[event.id].map { !$0.differences(from: event).isEmpty } ?? false }
    }

    package var isEmpty: Bool { events.isEmpty }
    /// The number of events, rivals included.
    package var count: Int { events.count + rivals.count }

    /// The users of the events, each once, sorted.
    package var users: [Int64] {
        var users = Set(rivals.map(\.userID))
        users.formUnion(events.lazy.map(\.userID))
        return users.sorted()
    }

    /// Takes out the events of erased users from before, as ``GraphStore/erase(userID:receivedUntil:)`` has it.
    ///
    /// - Parameter tombstones: Until when events of these users count as erased, by user.
    /// - Returns: How many events were taken out.
    package mutating func removeErased(_ tombstones: [Int64: Timestamp]) -> Int {
        func isErased(_ event: Event) -> Bool { tombstones[event.userID].map { event.receipt <= $0 } ?? false }
        let before = count
        guard !tombstones.isEmpty, events.contains(where: isErased) || rivals.contains(where: isErased) else {
            return 0
        }
        // A rival of an event that is left out may be written.
        self = InteractionBatch((events + rivals).filter { !isErased($0) })
        return before - count
    }
}

/// What writing a batch changed.
package struct AppliedBatch: Sendable, Hashable {
    /// Events that the store did not have before.
    package var inserted: Int
    /// Events that the store had before with the same content; writing them again changed nothing.
    package var alreadyPresent: Int
    /// Events that were not written, since the store has others with their ids; all others of the batch were.
    package var conflicts: [EventConflict]
    /// Events that were left out, since their users were erased after the events had been received.
    package var erased: Int

    /// By default, nothing of a batch yet.
    package init(inserted: Int = 0, alreadyPresent: Int = 0, conflicts: [EventConflict] = [], erased: Int = 0) {
        self.inserted = inserted
        self.alreadyPresent = alreadyPresent
        self.conflicts = conflicts
        self.erased = erased
    }

    /// Counts what another part of the batch changed.
    package mutating func add(_ part: AppliedBatch) {
        inserted += part.inserted
        alreadyPresent += part.alreadyPresent
        conflicts += part.conflicts
        erased += part.erased
    }

    /// Counts an event that was not written, since the store has one with its id.
    package mutating func add(_ event: Event, found stored: StoredEvent?) {
        if let conflict = stored?.conflict(with: event) {
            conflicts.append(conflict)
        } else {
            alreadyPresent += 1
        }
    }
}
