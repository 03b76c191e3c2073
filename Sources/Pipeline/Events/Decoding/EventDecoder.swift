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
/// - event_time: see ``Timestamp/init(field:latest:)``; at most 24 hours ahead of the receipt.
/// - event_id: a UUID in any spelling except the nil UUID, or any other text of 1 ... 128 characters; see
///   ``EventIdentity``.
/// - price: a finite number, not negative; as a number, or as its decimal text.
/// - properties: an object of at most 16 KiB as canonical JSON (128 KiB as sent), whose numbers are within Double's
///   range; see ``JSONValue`` for what is kept.
///
/// Where they fit, kombu's wrapped values (`{"__type__": "datetime", "__value__": "..."}`) are read too: a datetime as
/// event_time, a decimal as price, a UUID as event_id and user_session.
///
/// `null` counts as absent, and in optional fields so does a text that stands for no value; see
/// ``FieldRules/isBlank(_:)``. Other members are dropped, but must be JSON. Of two members with one key the last counts.
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
    /// The id is event_id, else that of the `Idempotency-Key` header (see ``IdempotencyKey``), else a new UUIDv7. The
    /// event is invalid if both are given and name different ids. The time is event_time, else `receivedAt`.
    ///
    /// - Parameter user: The one user that the sender may post events of; nil for any. The event's user where it names
    ///   none; an event of another user is invalid.
    package func decode(
        _ body: [UInt8], receivedAt: Timestamp, idempotencyKey: String? = nil, user: Int64? = nil
    ) throws(EventRejection) -> Event {
        let (reader, fields) = try object(body)
        var validator = EventValidator(
            fields, of: reader, at: [.field("body")], receivedAt: receivedAt, user: user)
        return try validator.event { own throws(ValidationIssue) in
            guard let idempotencyKey else { return own ?? EventIdentity(new: ids.next(at: receivedAt)) }
            let key = try IdempotencyKey(idempotencyKey)
            if let own, own.id != key.id { throw IdempotencyKey.mismatch }
            return own ?? EventIdentity(new: key.id)
        }
    }

    /// Reads the event in a queue's message, which need not come from this pipeline.
    ///
    /// The id is event_id, else what ``EventIdentity`` makes of the message: a redelivery has the same id. The time is
    /// event_time, else the message's `timestamp`, else published_at, else the time inside the id, else `otherwise`; a
    /// substitute that is too far in the future is skipped, and an event without any is invalid. Both are the same
    /// whenever the message is read, and so is ``Event/receivedAt``. The limit is an hour more than for a posted event, so that an event at the limit
    /// stays valid on a host whose clock is slow.
    package func decode(
        message body: [UInt8], messageID: String?, timestamp: Int64?, receivedAt: Timestamp,
        otherwise: Timestamp? = nil
    ) throws(EventRejection) -> Event {
        let (reader, fields) = try object(body)
        var validator = EventValidator(
            fields, of: reader, at: [.field("body")], receivedAt: receivedAt, clockTolerance: 1)
        return try validator.event(
            defaultTime: .message(timestamp: timestamp, otherwise: otherwise)
        ) { own throws(ValidationIssue) in
            if let own { return own }
            return try EventIdentity(messageID: messageID, timestamp: timestamp, body: body)
        }
    }

    /// The id of the event in a queue's message, as ``decode(message:messageID:timestamp:receivedAt:otherwise:)`` makes
    /// it, also where the body is no valid event; nil if the id itself is invalid.
    package func id(ofMessage body: [UInt8], messageID: String?, timestamp: Int64?) -> EventID? {
        do throws(ValidationIssue) {
            if let own = try named(in: body) { return own.id }
            return try EventIdentity(messageID: messageID, timestamp: timestamp, body: body).id
        } catch {
            return nil
        }
    }

    /// The id that event_id names; nil if the body is not an object, has none, or one that is invalid.
    package func namedID(in body: [UInt8]) -> EventID? {
        (try? named(in: body))?.id
    }

    private func named(in body: [UInt8]) throws(ValidationIssue) -> EventIdentity? {
        guard let (reader, fields) = try? object(body), let token = fields[.eventID] else { return nil }
        return try reader.identity(token, at: [])
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
