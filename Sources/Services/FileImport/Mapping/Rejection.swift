/// Why a record of a file is not imported.
package enum RejectionReason: Sendable, Hashable {
    /// More bytes than ``ImportOptions/maximumRecordBytes``.
    case recordTooLong
    /// A quoted field without an end, or with text behind its end.
    case malformedQuotes
    /// Not as many fields as the header or the format has.
    case wrongFieldCount
    /// The last line has no line feed, and its last field is cut short.
    case cutLine
    /// Bytes that are no UTF-8.
    case invalidEncoding
    /// A line that is no JSON object.
    case invalidJSON
    /// An event type without an equal among ours (`fav`), by its name in the file.
    case unknownEventType(String)
    /// The field of that name, as in a posted event, is missing or breaks its rule.
    case invalidField(String)
}

extension RejectionReason: CustomStringConvertible {
    /// A phrase for a report.
    package var description: String {
        switch self {
        case .recordTooLong: "line too long"
        case .malformedQuotes: "malformed quotes"
        case .wrongFieldCount: "wrong number of fields"
        case .cutLine: "last line cut off"
        case .invalidEncoding: "not UTF-8"
        case .invalidJSON: "not a JSON object"
        case .unknownEventType(let name): "no event type for \(name)"
        case .invalidField(let name): "invalid \(name)"
        }
    }
}

/// A record that is not imported, as shown to the user.
package struct RejectedRecord: Sendable, Hashable {
    /// The physical line, from 1, that it starts on.
    package var line: Int
    /// What it is counted under.
    package var reason: RejectionReason
    /// What is wrong, as a sentence.
    package var message: String
    /// Its beginning, on one line and without control characters.
    package var excerpt: String

    /// A rejected record of these parts.
    package init(line: Int, reason: RejectionReason, message: String, excerpt: String) {
        self.line = line
        self.reason = reason
        self.message = message
        self.excerpt = excerpt
    }
}

/// Why one record gives no event.
struct Rejection: Error {
    var reason: RejectionReason
    var message: String

    init(_ reason: RejectionReason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static func field(_ name: String, _ message: String) -> Rejection {
        Rejection(.invalidField(name), message)
    }
}
