package import JSON

extension Event {
    /// The event as JSON, in a fixed order of fields and without white space; ``EventDecoder`` reads the same event
    /// back.
    ///
    /// Optional fields that are nil are left out. `publishedAt` is added to an event on its way to a broker.
    package func encoded(publishedAt: Timestamp? = nil) -> [UInt8] {
        var json = JSONWriter(reserving: 384)
        json.value(self, publishedAt: publishedAt)
        return json.bytes
    }
}

extension JSONWriter {
    /// Writes an event as ``Event/encoded(publishedAt:)`` does.
    package mutating func value(_ event: Event, publishedAt: Timestamp? = nil) {
        beginObject()
        member(EventField.eventID.name, event.id)
        member(EventField.userID.name, event.userID)
        member(EventField.productID.name, event.productID)
        member(EventField.eventType.name, event.type.rawValue)
        member(EventField.userSession.name, event.session)
        member(EventField.eventTime.name, event.time)
        if let price = event.price { member(EventField.price.name, price) }
        if let quantity = event.quantity { member(EventField.quantity.name, quantity) }
        if let brand = event.brand { member(EventField.brand.name, brand) }
        if let categoryCode = event.categoryCode { member(EventField.categoryCode.name, categoryCode) }
        if let properties = event.properties { member(EventField.properties.name, properties) }
        if let publishedAt { member(EventField.publishedAt.name, publishedAt) }
        endObject()
    }
}
