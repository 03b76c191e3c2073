package import JSON

/// One valid user action: everything that the pipeline carries, with the optional identity and time filled in.
///
/// A value of this type has passed validation; the stores and workers need not check it again.
package struct Event: Sendable, Hashable {
    /// The idempotency key: two events with the same id are the same event, and have one effect.
    package var id: EventID
    /// 1 ... 2^63-1.
    package var userID: Int64
    /// 1 ... 2^63-1.
    package var productID: Int64
    package var type: EventType
    /// 1 ... 256 characters.
    package var session: String
    /// When the user acted; the time of receipt if the client named no time.
    package var time: Timestamp
    /// In the shop's currency; finite, not negative.
    package var price: Double?
    /// How many pieces; positive.
    package var quantity: Int64?
    /// At most 256 characters.
    package var brand: String?
    /// Dotted path from the general to the specific (`appliances.kitchen.kettle`); at most 256 characters.
    package var categoryCode: String?
    /// The client's own object, passed on unchanged; at most 16 KiB of JSON.
    package var properties: JSONValue?
    /// The fields that the producer did not send and that were filled in: the time, or the session or category of an imported
    /// row.
    /// What was filled in is not content; see ``differences(from:)``.
    package var defaulted: ContentFields = []
    /// When the pipeline received the event, as its message tells: published_at, else the message's timestamp. Nil for an
    /// event that comes from elsewhere, or from a store. No content; see ``differences(from:)``.
    package var receivedAt: Timestamp?

    /// Makes an event from values that are already valid; ``EventDecoder`` reads events from outside.
    package init(
        id: EventID, userID: Int64, productID: Int64, type: EventType, session: String, time: Timestamp,
        price: Double? = nil, quantity: Int64? = nil, brand: String? = nil, categoryCode: String? = nil,
        properties: JSONValue? = nil
    ) {
        self.id = id
        self.userID = userID
        self.productID = productID
        self.type = type
        self.session = session
        self.time = time
        self.price = price
        self.quantity = quantity
        self.brand = brand
        self.categoryCode = categoryCode
        self.properties = properties
    }

    /// When the event came to the pipeline, as far as is known: an event without a time of receipt has its own time.
    package var receipt: Timestamp { receivedAt ?? time }
}
