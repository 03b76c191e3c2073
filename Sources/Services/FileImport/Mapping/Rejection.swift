/// Why a record of a file is not imported.
package enum RejectionReason: Sendable, Hashable {
    /// More bytes than ``ImportOptions/maximumRecordBytes``.
    case recordTooLong
    /// A quoted field without an end, or with text after its end.
    case malformedQuotes
    /// The number of fields differs from that of the header or the format.
    case wrongFieldCount
    /// The last line has no line feed, and its last field is cut short.
    case cutLine
    /// Bytes that are not UTF-8.
    case invalidEncoding
    /// A line that is not a JSON object.
    case invalidJSON
    /// An event type that matches none of ours (`fav`), by its name in the file.
    case unknownEventType(String)
    /// The field of that name, as in a posted event, is missing or breaks its rule.
    case invalidField(String)
    /// The event_id is that of another event, in the file or in the store, with other content.
    case conflict
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
        case .conflict: "event_id of another event"
        }
    }
}

extension RejectionReason {
    /// What to do where all records are rejected for this reason.
    var advice: String? {
        switch self {
        case .wrongFieldCount: "--separator names another separator than the comma"
        case .unknownEventType(let name): "--map \(name)=view says what it means, --type view what all events are"
        case .invalidField(let name):
            FieldMapping.Field.allCases.first { $0.name == name }.map { field in
                "--columns \(field.rawValue)=NAME names another column"
            }
        case .recordTooLong, .malformedQuotes, .cutLine, .invalidEncoding, .invalidJSON, .conflict: nil
        }
    }
}

/// A record that is not imported, for display.
package struct RejectedRecord: Sendable, Hashable {
    /// The physical line on which the record starts, counted from 1.
    package var line: Int
    /// The reason under which the record is counted.
    package var reason: RejectionReason
    /// What is wrong, as a sentence.
    package var message: String
    /// The beginning of the record, on one line and without control characters.
    package var excerpt: String

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
