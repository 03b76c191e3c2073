import JSON

// Values that other programs' JSON encoders write as texts and objects. kombu (Celery) wraps what JSON has no type for:
// {"__type__": "decimal", "__value__": "19.99"}.

extension JSONReader {
    /// The longest wrapped value that is looked at, in bytes.
    private static var maximumWrappedLength: Int { 256 }

    /// The event that an event_id names.
    func identity(
        _ token: JSONToken, at location: @autoclosure () -> [ValidationIssue.Location]
    ) throws(ValidationIssue) -> EventIdentity {
        switch token.kind {
        case .string(hasEscapes: false):
            return try EventIdentity(eventID: bytes[token.range], at: location())
        case .string(hasEscapes: true):
            // Bounded before it is decoded: the longest form of a character is an escaped surrogate pair.
            guard token.range.count <= 12 * EventIdentity.maximumLength else { break }
            return try EventIdentity(eventID: string(token).utf8, at: location())
        case .object:
            guard let uuid = wrappedUUID(token) else { break }
            return try EventIdentity(eventID: uuid.description.utf8, at: location())
        default: break
        }
        if case .string = token.kind {
            throw ValidationIssue(
                loc: location(), msg: "String should have at most \(EventIdentity.maximumLength) characters",
                type: .stringTooLong)
        }
        throw ValidationIssue(loc: location(), msg: "Input should be a valid string", type: .stringType)
    }

    /// The value inside kombu's wrapping of that type; the token itself if it is something else.
    func unwrapped(_ token: JSONToken, _ type: String) -> JSONToken {
        guard token.kind == .object, let found = member("__type__", of: token), isString(found, type) else {
            return token
        }
        return member("__value__", of: token) ?? token
    }

    /// kombu's wrapping of a UUID: `{"__type__": "uuid", "__value__": {"hex": "...", "version": 4}}`; nil for anything
    /// else.
    func wrappedUUID(_ token: JSONToken) -> EventID? {
        let value = unwrapped(token, "uuid")
        guard value != token, let hex = value.kind == .object ? member("hex", of: value) : value,
            hex.kind == .string(hasEscapes: false)
        else { return nil }
        return EventID(anySpelling: bytes[hex.range])
    }

    /// The number that a token is, or that its text is; nil for anything else.
    func number(_ token: JSONToken) -> JSONToken? {
        if case .number = token.kind { return token }
        guard token.kind == .string(hasEscapes: false) else { return nil }
        var text = JSONReader(bytes, in: token.range)
        guard let value = try? text.value(), case .number = value.kind, value.range == token.range else { return nil }
        return value
    }

    private func isString(_ token: JSONToken, _ text: String) -> Bool {
        token.kind == .string(hasEscapes: false) && bytes[token.range].elementsEqual(text.utf8)
    }

    /// The value of a member of a small object; nil if there is none.
    private func member(_ name: String, of object: JSONToken) -> JSONToken? {
        guard object.kind == .object, object.range.count <= Self.maximumWrappedLength else { return nil }
        var reader = JSONReader(bytes, in: object.range)
        var found: JSONToken?
        guard reader.peek() != nil, (try? reader.openObject()) != nil else { return nil }
        var isFirst = true
        while let key = try? reader.nextKey(isFirst: isFirst), let value = try? reader.value() {
            isFirst = false
            if isString(key, name) { found = value }
        }
        return found
    }
}
