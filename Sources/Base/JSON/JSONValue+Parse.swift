extension JSONValue {
    /// Reads one JSON text, of at most ``JSONReader/standardDepth`` levels of arrays and objects.
    ///
    /// A number beyond Double's range (`1e400`) is an error. So are two keys of one object that Swift takes for the same
    /// although their code points differ (`é` written as one or as two): a dictionary would lose a member.
    ///
    /// - Parameter text: The text in UTF-8, with or without a byte order mark.
    /// - Throws: `JSONSyntaxError` with what is wrong with the text, and where.
    public init(parsing text: [UInt8]) throws(JSONSyntaxError) {
        var reader = JSONReader(text)
        reader.skipByteOrderMark()
        self = try reader.tree()
        try reader.finish()
    }
}

extension JSONReader {
    /// Steps over the next value and builds it, for a member whose content the caller does not know.
    ///
    /// The call recurses as deep as the value, so at most as many levels as the reader allows.
    ///
    /// - Returns: The value.
    /// - Throws: `JSONSyntaxError` as ``value()`` throws it, for a number beyond Double's range, and for two keys of one
    ///   object that differ only in their Unicode normal form.
    public mutating func tree() throws(JSONSyntaxError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"): return .object(try members())
        case UInt8(ascii: "["): return .array(try elements())
        default:
            let token = try value()
            switch token.kind {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .string: return .string(string(token))
            default: return try number(token)
            }
        }
    }

    private mutating func members() throws(JSONSyntaxError) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        try openObject()
        while let token = try nextKey(isFirst: result.isEmpty) {
            let key = string(token)
            let isTwin = result.updateValue(try tree(), forKey: key) != nil
            if isTwin, let twin = result.index(forKey: key), !result[twin].key.utf8.elementsEqual(key.utf8) {
                throw JSONSyntaxError(
                    reason: "a key that differs from another key only in its Unicode normal form",
                    offset: token.range.lowerBound, isLimit: true)
            }
        }
        return result
    }

    private mutating func elements() throws(JSONSyntaxError) -> [JSONValue] {
        var result: [JSONValue] = []
        try openArray()
        while try nextElement(isFirst: result.isEmpty) { result.append(try tree()) }
        return result
    }

    private func number(_ token: JSONToken) throws(JSONSyntaxError) -> JSONValue {
        let digits = String(decoding: bytes[token.range], as: UTF8.self)
        if token.kind == .number(isInteger: true) {
            if let value = Int64(digits) { return .integer(value) }
            if let value = UInt64(digits) { return .unsigned(value) }
        }
        let value = double(token)
        guard value.isFinite else {
            throw JSONSyntaxError(
                reason: "a number beyond the range of Double", offset: token.range.lowerBound, isLimit: true)
        }
        // A big integer stays an integer: as a Double it would be written with a fraction or exponent.
        let isExact = token.kind == .number(isInteger: false) && keepsDigits(value, of: token)
        return isExact ? .number(value) : .exact(JSONNumber(digits: digits))
    }

    /// Whether the shortest digits of `value` have the value of the number token that it was read from.
    private func keepsDigits(_ value: Double, of token: JSONToken) -> Bool {
        let text = bytes[token.range]
        // A Double keeps every number of 15 digits that is not extremely large or small; the point makes 16.
        if text.count <= 16, !text.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) { return true }
        return DecimalForm(text) == DecimalForm(value.description.utf8)
    }
}
