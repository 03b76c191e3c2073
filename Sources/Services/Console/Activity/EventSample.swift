package import Events
import JSON
import Messaging

/// An event that was accepted a moment ago, and what became of it since.
package struct EventSample: Sendable, Hashable {
    package var id: EventID
    package var type: String
    package var userID: Int64
    package var productID: Int64
    /// When the event was durable.
    package var acceptedAt: Timestamp
    /// Whether it is in the spool, and not yet at the broker.
    package var isSpooled: Bool
    /// When each store had it, by work queue.
    package var storedAt: [String: Timestamp] = [:]

    /// Reads what the API has published; nil for a body of another kind, or one too large to be read for this.
    init?(_ message: Message, at moment: Timestamp, isSpooled: Bool) {
        guard message.body.count <= 16_384, let id = EventMessage.id(of: message),
            case .object(let fields)? = try? JSONValue(parsing: message.body),
            case .integer(let userID)? = fields["user_id"], case .integer(let productID)? = fields["product_id"],
            case .string(let type)? = fields["event_type"]
        else { return nil }
        self.id = id
        self.type = type
        self.userID = userID
        self.productID = productID
        acceptedAt = moment
        self.isSpooled = isSpooled
    }
}
