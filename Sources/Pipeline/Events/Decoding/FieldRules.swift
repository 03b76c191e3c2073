import JSON

/// The rules that posted events, messages and the rows of files have in common.
package enum FieldRules {
    /// Characters (code points) of user_session, brand and category_code.
    package static let maximumTextLength = 256
    /// Bytes of properties as canonical JSON.
    package static let maximumPropertiesLength = 16 * 1024
    /// Hours that event_time may be ahead of the time of receipt.
    package static let maximumLead = 24

    /// Whether a text stands for no value: an empty one, or what databases and data frames write for a missing value
    /// (`\N`, `NULL`, `nan`, `None` and their relatives).
    package static func isBlank(_ text: ArraySlice<UInt8>) -> Bool {
        let count = text.count
        // Nearly every text is longer.
        guard count <= 4 else { return false }
        return count == 0 || blanks.contains { $0.count == count && $0.elementsEqual(text) }
    }

    private static let blanks = ["\\N", "NULL", "Null", "null", "nan", "NaN", "NAN", "None", "NaT", "<NA>"].map {
        Array($0.utf8)
    }

    /// Whether a text is short enough and free of control characters (below U+0020).
    package static func isValid(_ text: String) -> Bool {
        (text.utf8.count <= maximumTextLength || text.unicodeScalars.count <= maximumTextLength)
            && !text.utf8.contains { $0 < 0x20 }
    }

    /// The whole number that a text is, by the grammar of JSON: also `101.0` and `1e3`; nil for anything else.
    package static func wholeNumber(_ text: ArraySlice<UInt8>) -> Int64? {
        var reader = JSONReader(Array(text))
        guard let token = try? reader.value(), case .number = token.kind, token.range.count == text.count,
            case .value(let value) = reader.integer(token)
        else { return nil }
        return value
    }
}

extension JSONReader {
    /// Whether a token is a text that stands for no value.
    func isBlank(_ token: JSONToken) -> Bool {
        switch token.kind {
        case .string(hasEscapes: false): token.range.count <= 4 && FieldRules.isBlank(bytes[token.range])
        // An escape has six characters at most.
        case .string(hasEscapes: true):
            token.range.count <= 24 && FieldRules.isBlank(Array(string(token).utf8)[...])
        default: false
        }
    }
}

extension JSONToken {
    /// Whether the token may hold a moment.
    var isTextOrNumber: Bool {
        switch kind {
        case .string, .number: true
        default: false
        }
    }
}
