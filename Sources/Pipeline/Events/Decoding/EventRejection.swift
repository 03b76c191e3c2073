/// Why bytes are not an event. Permanent: the same bytes fail again, so a retry gains nothing.
package enum EventRejection: Error, Sendable, Hashable {
    /// Not a JSON object: unparsable, not UTF-8, nested too deeply, or a value of another kind. Holds the reason as a
    /// phrase.
    case malformed(String)
    /// A JSON object with one or more fields that break a rule: all of them, in the order of the documentation.
    case invalid([ValidationIssue])
}

extension EventRejection: CustomStringConvertible {
    /// One line for logs and dead letters.
    package var description: String {
        switch self {
        case .malformed(let reason): "malformed: \(reason)"
        case .invalid(let issues): "invalid: \(issues.map(\.description).joined(separator: "; "))"
        }
    }
}

/// Why bytes as a whole are not a batch of events.
package enum BatchRejection: Error, Sendable, Hashable {
    /// Not a JSON array. Holds the reason as a phrase.
    case malformed(String)
    case tooMany(limit: Int)
}

extension BatchRejection: CustomStringConvertible {
    /// One line for logs and answers.
    package var description: String {
        switch self {
        case .malformed(let reason): "malformed: \(reason)"
        case .tooMany(let limit): "more than \(limit) events in one batch"
        }
    }
}
