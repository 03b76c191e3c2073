/// A field table, in the order of its entries. A key may stand twice on the wire; it is carried as it came, and
/// looking it up gives the first.
public struct FieldTable: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A key of at most 255 bytes of UTF-8, and its value.
    public struct Entry: Sendable, Hashable {
        /// At most 255 bytes of UTF-8.
        public var key: String
        /// What stands there.
        public var value: FieldValue

        /// An entry.
        public init(_ key: String, _ value: FieldValue) {
            self.key = key
            self.value = value
        }
    }

    /// In the order of the wire.
    public var entries: [Entry]

    /// A table of these entries.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// A table of the literal's pairs.
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        entries = elements.map { Entry($0.0, $0.1) }
    }

    /// Whether there is no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of the first entry with that key.
    public subscript(key: String) -> FieldValue? {
        entries.first { $0.key == key }?.value
    }
}
