package import Events

/// An event as a store has it.
package struct StoredEvent: Sendable, Hashable {
    /// The event; a field that is not in ``fields`` has no meaning.
    package let event: Event
    /// The fields that can be compared: those that the store keeps. An event that an older version wrote, which did not
    /// note what was filled in, cannot be compared by session and time.
    package let fields: ContentFields

    package init(_ event: Event, fields: ContentFields = .all) {
        self.event = event
        self.fields = fields
    }

    /// The fields in which `event`, which has the same id, has other content.
    package func differences(from event: Event) -> ContentFields {
        self.event.differences(from: event).intersection(fields)
    }

    /// What keeps `event`, which has the same id, from being written; nil if it is the same event.
    package func conflict(with event: Event) -> EventConflict? {
        let different = differences(from: event)
        guard !different.isEmpty else { return nil }
        return EventConflict(
            event: event, difference: event.difference(in: different, from: self.event, calledThere: "stored"))
    }
}

/// An event that a store did not write, since it has one with the same id and other content. The first one stays.
package struct EventConflict: Sendable, Hashable, CustomStringConvertible {
    /// The event that was not written.
    package let event: Event
    /// The fields that differ, with both values.
    let difference: String

    /// What differs, and what to do next.
    package var description: String {
        "event \(event.id) is stored with other content: \(difference); an event that was changed needs an event_id of "
            + "its own"
    }
}
