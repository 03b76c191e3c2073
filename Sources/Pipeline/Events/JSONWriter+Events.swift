package import JSON

extension JSONWriter {
    /// Writes an id in canonical form.
    package mutating func id(_ value: EventID) {
        inQuotes { value.append(to: &$0) }
    }

    /// Writes a member with an id in canonical form.
    package mutating func member(_ name: String, _ value: EventID) {
        key(name)
        id(value)
    }

    /// Writes a member with a moment in canonical form.
    package mutating func member(_ name: String, _ value: Timestamp) {
        key(name)
        inQuotes { value.append(to: &$0) }
    }
}
