/// The `Idempotency-Key` header of a request that posts events.
package struct IdempotencyKey: Sendable, Hashable {
    private static let maximumLength = 255

    /// The id of the event in a request for one event: a UUID itself, or any other key hashed into a UUID.
    let id: EventID
    /// The key, the same for all spellings of a UUID.
    private let text: [UInt8]

    /// Reads the header's value, which may be in double quotes, as a structured field's string is.
    ///
    /// - Throws: If it is the nil UUID, or not 1 ... 255 visible ASCII characters.
    package init(_ header: String) throws(ValidationIssue) {
        var key = header.utf8[...]
        if key.count >= 2, key.first == UInt8(ascii: "\""), key.last == UInt8(ascii: "\"") {
            key = key.dropFirst().dropLast()
        }
        guard !key.isEmpty else { throw Self.issue("The key should have at least 1 character", .stringTooShort) }
        guard key.count <= Self.maximumLength else {
            throw Self.issue("The key should have at most \(Self.maximumLength) characters", .stringTooLong)
        }
        guard key.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Self.issue("The key should have visible ASCII characters only", .stringPatternMismatch)
        }
        if let uuid = EventID(anySpelling: key) {
            guard uuid != .null else { throw Self.issue(EventID.nullMessage, .valueError) }
            id = uuid
            text = Array(uuid.description.utf8)
        } else {
            id = .version5(namespace: .idempotencyKeyNamespace, name: key)
            text = Array(key)
        }
    }

    /// The id of the event at that place, from 0, of a batch.
    func id(at place: Int) -> EventID {
        .version5(namespace: .batchNamespace, name: Array("\(place):".utf8) + text)
    }

    /// The issue of a key that names a different event from the body.
    static var mismatch: ValidationIssue {
        issue("The key should stand for the same event as event_id in the body", .idempotencyKeyMismatch)
    }

    private static func issue(_ message: String, _ type: ValidationIssue.Kind) -> ValidationIssue {
        ValidationIssue(loc: [.field("header"), .field("Idempotency-Key")], msg: message, type: type)
    }
}
