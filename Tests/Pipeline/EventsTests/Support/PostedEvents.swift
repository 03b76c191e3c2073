import Events

/// The body of a posted event for tests, and what a decoder makes of it.
struct PostedEvent {
    /// The members that every event has, as JSON text.
    var members: [(key: String, value: String)] = [
        ("user_id", "541312140"), ("product_id", "44600062"), ("event_type", "\"view\""), ("user_session", "\"s-1\""),
    ]

    /// The smallest event with one member added or changed; nil removes the member.
    static func with(_ key: String, _ value: String?) -> PostedEvent {
        var event = PostedEvent()
        event.members.removeAll { $0.key == key }
        if let value { event.members.append((key, value)) }
        return event
    }

    var text: String {
        "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    var body: [UInt8] { Array(text.utf8) }

    /// The event as posted at ``receipt``.
    func decoded(idempotencyKey: String? = nil) throws(EventRejection) -> Event {
        try EventDecoder().decode(body, receivedAt: receipt, idempotencyKey: idempotencyKey)
    }

    /// What is wrong with the event; empty for a valid event, nil for a malformed body.
    func issues(idempotencyKey: String? = nil) -> [ValidationIssue]? {
        do {
            _ = try decoded(idempotencyKey: idempotencyKey)
            return []
        } catch .invalid(let issues) {
            return issues
        } catch {
            return nil
        }
    }

    /// The types of ``issues(idempotencyKey:)``.
    func issueTypes(idempotencyKey: String? = nil) -> [ValidationIssue.Kind]? {
        issues(idempotencyKey: idempotencyKey)?.map(\.type)
    }
}
