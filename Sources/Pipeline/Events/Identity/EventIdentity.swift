/// Which event a text or a message stands for. The one place where ids are made of what producers send: for posted events,
/// workers, dead letters and their replay, files and ledgers.
package struct EventIdentity: Sendable, Hashable {
    /// The most characters (code points) of an event_id.
    static let maximumLength = 128

    package let id: EventID
    /// The time inside a UUIDv7 or a ULID; nil if the id holds none.
    let time: Timestamp?

    /// The identity of an event that was given a new id.
    init(new id: EventID) {
        self.init(id: id, time: nil)
    }

    /// The event that an event_id names: a UUID in any spelling is that UUID, any other text is hashed into one. The
    /// text alone counts, so that an event that was changed and sent again meets the one that it was.
    ///
    /// - Parameter location: Where the text stands, for the issue.
    /// - Throws: If the text is the nil UUID, has control characters, or not 1 ... 128 characters.
    package init(
        eventID text: some Collection<UInt8>, at location: @autoclosure () -> [ValidationIssue.Location]
    ) throws(ValidationIssue) {
        if let uuid = EventID(anySpelling: text) {
            try self.init(uuid: uuid, at: location())
            return
        }
        func issue(_ message: String, _ type: ValidationIssue.Kind) -> ValidationIssue {
            ValidationIssue(loc: location(), msg: message, type: type)
        }
        guard !text.isEmpty else { throw issue("String should have at least 1 character", .stringTooShort) }
        guard text.count <= 4 * Self.maximumLength,
            text.count(where: { $0 & 0xC0 != 0x80 }) <= Self.maximumLength
        else { throw issue("String should have at most \(Self.maximumLength) characters", .stringTooLong) }
        guard text.allSatisfy({ $0 >= 0x20 }) else {
            throw issue("String should have no control characters", .stringPatternMismatch)
        }
        self.init(id: .version5(namespace: .idempotencyKeyNamespace, name: text), time: ULID.time(text))
    }

    /// The event of a message whose body has no event_id.
    ///
    /// A message_id that is a UUID in any spelling is the event's id. Other message_ids need not be unique (order
    /// numbers, counters), so they count together with the body; without one, the body counts together with the
    /// timestamp, if there is one. A redelivery has all of this, and hence the same id.
    ///
    /// - Throws: If message_id is the nil UUID.
    init(messageID: String?, timestamp: Int64?, body: [UInt8]) throws(ValidationIssue) {
        guard let messageID, !messageID.isEmpty else {
            self.init(
                new: timestamp.map {
                    .version5(namespace: .timedMessageNamespace, name: Array("\($0):".utf8) + body)
                } ?? .version5(namespace: .messageNamespace, name: body))
            return
        }
        let text = Array(messageID.utf8)
        if let uuid = EventID(anySpelling: text) {
            try self.init(uuid: uuid, at: [.field("message"), .field("message_id")])
            return
        }
        // The length in front keeps apart what would read the same when put together.
        self.init(
            id: .version5(namespace: .namedMessageNamespace, name: Array("\(text.count):".utf8) + text + body),
            time: ULID.time(text))
    }

    private init(
        uuid: EventID, at location: @autoclosure () -> [ValidationIssue.Location]
    ) throws(ValidationIssue) {
        guard uuid != .null else {
            throw ValidationIssue(loc: location(), msg: EventID.nullMessage, type: .valueError)
        }
        self.init(id: uuid, time: uuid.time)
    }

    private init(id: EventID, time: Timestamp?) {
        self.id = id
        self.time = time
    }
}

extension EventID {
    static let nullMessage = "The nil UUID names no event: send an id of the event's own, or none"
}

/// Identifiers that sort by time and are written in 26 letters and digits (github.com/ulid/spec).
enum ULID {
    /// The millisecond that a ULID holds; nil for any other text.
    static func time(_ text: some Collection<UInt8>) -> Timestamp? {
        // The first of the letters holds three bits only.
        guard text.count == 26, let first = text.first, first <= UInt8(ascii: "7") else { return nil }
        var milliseconds: Int64 = 0
        for (place, byte) in text.enumerated() {
            guard let digit = value(of: byte) else { return nil }
            if place < 10 { milliseconds = milliseconds << 5 | Int64(digit) }
        }
        return Timestamp(microseconds: milliseconds * 1_000)
    }

    /// Crockford's digits: without the letters that look like others (I, L, O) or read badly (U).
    private static func value(of byte: UInt8) -> Int? {
        let upper = byte >= UInt8(ascii: "a") ? byte & ~0x20 : byte
        return digits.firstIndex(of: upper)
    }

    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
