/// The `Idempotency-Key` header of a posted event.
enum IdempotencyKey {
    private static let maximumLength = 255

    /// The id that a header's value stands for: a UUID itself, or any other key hashed into a UUID.
    ///
    /// The value may be in double quotes, as a structured field's string is.
    static func id(of header: String) throws(ValidationIssue) -> EventID {
        var key = header.utf8[...]
        if key.count >= 2, key.first == UInt8(ascii: "\""), key.last == UInt8(ascii: "\"") {
            key = key.dropFirst().dropLast()
        }
        guard !key.isEmpty else { throw issue("The key should have at least 1 character", .stringTooShort) }
        guard key.count <= maximumLength else {
            throw issue("The key should have at most \(maximumLength) characters", .stringTooLong)
        }
        guard key.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw issue("The key should have visible ASCII characters only", .stringPatternMismatch)
        }
        return EventID(utf8: key) ?? .version5(namespace: .idempotencyKeyNamespace, name: key)
    }

    /// The issue of a key that names a different event from the body.
    static var mismatch: ValidationIssue {
        issue("The key should stand for the same event as event_id in the body", .idempotencyKeyMismatch)
    }

    private static func issue(_ message: String, _ type: ValidationIssue.Kind) -> ValidationIssue {
        ValidationIssue(loc: [.field("header"), .field("Idempotency-Key")], msg: message, type: type)
    }
}
