import JSON

/// Reads events from outside: posted ones, alone and in batches, and those in the messages of a queue.
///
/// The rules of the fields:
///
/// - user_id, product_id: whole numbers in 1 ... 2^63-1; `1.0` and `1e3` count as whole, strings and booleans do not.
///   quantity likewise, but optional.
/// - event_type: `view`, `cart`, `purchase` or `remove_from_cart`.
/// - user_session: 1 ... 256 characters (code points), none of them a control character (below U+0020). brand and
///   category_code likewise, but optional, and an empty text counts as absent.
/// - event_time: see ``Timestamp/init(_:)``; at most 24 hours ahead of the receipt.
/// - event_id: a UUID of any version.
/// - price: a finite number, not negative.
/// - properties: an object of at most 16 KiB as canonical JSON (128 KiB as sent), whose numbers are within Double's
///   range; see ``JSONValue`` for what is kept.
///
/// `null` counts as absent. Other members are dropped, but must be JSON. Of two members with one key the last counts.
/// A byte order mark at the front is skipped. An event's JSON has at most 32 levels of arrays and objects.
///
/// Safe to use from any thread; the only state is the generator of ids.
package struct EventDecoder: Sendable {
    /// The most events in a batch.
    package static let maximumBatchCount = 10_000

    let ids: UUIDv7Generator

    /// A decoder that takes the id of an event without its own from `ids`.
    package init(ids: UUIDv7Generator = UUIDv7Generator()) {
        self.ids = ids
    }

    /// Reads one posted event.
    ///
    /// The id is event_id, else that of the `Idempotency-Key` header (a UUID, or 1 ... 255 visible ASCII characters
    /// that are hashed into a UUID), else a new UUIDv7. The event is invalid if both are given and name different ids.
    /// The time is event_time, else `receivedAt`.
    package func decode(
        _ body: [UInt8], receivedAt: Timestamp, idempotencyKey: String? = nil
    ) throws(EventRejection) -> Event {
        let (reader, fields) = try object(body)
        var validator = EventValidator(fields, of: reader, at: [.field("body")], receivedAt: receivedAt)
        return try validator.event { ownID throws(ValidationIssue) in
            guard let idempotencyKey else { return ownID ?? ids.next(at: receivedAt) }
            let keyID = try IdempotencyKey.id(of: idempotencyKey)
            if let ownID, ownID != keyID { throw IdempotencyKey.mismatch }
            return keyID
        }
    }

    /// Reads the event in a queue's message, which need not come from this pipeline.
    ///
    /// The id is event_id, else `messageID` if that is a UUID, else a UUIDv5 of the body's bytes: a redelivery has the
    /// same id. The time is event_time, else published_at, else the message's `timestamp`, else `receivedAt`; a
    /// substitute that is too far in the future is skipped. The limit is an hour more than for a posted event, so that
    /// an event at the limit stays valid on a host whose clock is slow.
    package func decode(
        message body: [UInt8], messageID: String?, timestamp: Timestamp?, receivedAt: Timestamp
    ) throws(EventRejection) -> Event {
        let (reader, fields) = try object(body)
        var validator = EventValidator(
            fields, of: reader, at: [.field("body")], receivedAt: receivedAt, clockTolerance: 1)
        return try validator.event { ownID in
            ownID ?? messageID.flatMap { EventID($0) } ?? .version5(namespace: .messageNamespace, name: body)
        } substituteTimes: {
            [$0.publishedAt, timestamp]
        }
    }

    private func object(_ body: [UInt8]) throws(EventRejection) -> (JSONReader, EventFields) {
        var reader = JSONReader(body, maximumDepth: JSONReader.eventDepth)
        reader.skipByteOrderMark()
        let fields = try object(&reader)
        return (reader, fields)
    }

    /// The fields of the object; the rest of the reader's text must be one JSON object.
    func object(_ reader: inout JSONReader) throws(EventRejection) -> EventFields {
        do throws(JSONSyntaxError) {
            guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure(Self.notAnObject) }
            let fields = try EventFields(&reader)
            try reader.finish()
            return fields
        } catch {
            throw .malformed(error.description)
        }
    }

    static let notAnObject = "expected a JSON object"
}
