package import JSON

/// One thing that is wrong with one part of an event, in the format of FastAPI and pydantic:
/// `{"loc": ["body", "user_id"], "msg": "Field required", "type": "missing"}`.
package struct ValidationIssue: Error, Sendable, Hashable {
    /// One step of the path to the part that is wrong.
    package enum Location: Sendable, Hashable {
        /// A member of an object, or as the first step the part of the request: `body`, `header`.
        case field(String)
        /// An index in a batch, from 0.
        case index(Int)
    }

    /// The class of what is wrong; the raw value is its name on the wire.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case missing
        case intType = "int_type"
        case floatType = "float_type"
        case stringType = "string_type"
        case dictType = "dict_type"
        case enumeration = "enum"
        case greaterThanEqual = "greater_than_equal"
        case lessThanEqual = "less_than_equal"
        case finiteNumber = "finite_number"
        case stringTooShort = "string_too_short"
        case stringTooLong = "string_too_long"
        case stringPatternMismatch = "string_pattern_mismatch"
        case datetimeParsing = "datetime_parsing"
        case datetimeInFuture = "datetime_in_future"
        case tooLarge = "too_large"
        /// A value that has the right type but cannot be carried.
        case valueError = "value_error"
        /// A batch's element that is not a JSON object.
        case jsonInvalid = "json_invalid"
        /// `Idempotency-Key` and event_id name different events.
        case idempotencyKeyMismatch = "idempotency_key_mismatch"
        /// An event of another user than the one whose token was sent.
        case userMismatch = "user_mismatch"
        /// Two events of a batch have the same id and other content.
        case eventIDConflict = "event_id_conflict"
    }

    /// The path to the part that is wrong.
    package var loc: [Location]
    /// What is wrong, as a sentence for the client's developer. Does not quote what the client sent at length.
    package var msg: String
    package var type: Kind

    package init(loc: [Location], msg: String, type: Kind) {
        self.loc = loc
        self.msg = msg
        self.type = type
    }
}

extension ValidationIssue: CustomStringConvertible {
    /// One line for logs and dead letters: `body.user_id: Field required`.
    package var description: String {
        let path = loc.map { step in
            switch step {
            case .field(let name): name
            case .index(let index): String(index)
            }
        }
        return "\(path.joined(separator: ".")): \(msg)"
    }
}

extension JSONWriter {
    /// Writes an issue as an object of `loc`, `msg` and `type`.
    package mutating func value(_ issue: ValidationIssue) {
        object { json in
            json.key("loc")
            json.array { json in
                for step in issue.loc {
                    switch step {
                    case .field(let name): json.string(name)
                    case .index(let index): json.integer(index)
                    }
                }
            }
            json.member("msg", issue.msg)
            json.member("type", issue.type.rawValue)
        }
    }
}
