/// A field table (AMQP 0-9-1 section 4.2.5.5), in the order of its entries. A key may stand twice on the wire; it is
/// carried as it came, and looking it up gives the first. Equal tables have the same order. A value; safe to use from
/// any thread.
public struct FieldTable: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A key of at most 255 bytes of UTF-8, and its value.
    public struct Entry: Sendable, Hashable {
        /// The key, at most 255 bytes of UTF-8, which is checked when it is encoded.
        public var key: String
        /// The value.
        public var value: FieldValue

        /// Makes an entry.
        ///
        /// - Parameters:
        ///   - key: the key, at most 255 bytes of UTF-8.
        ///   - value: the value.
        public init(_ key: String, _ value: FieldValue) {
            self.key = key
            self.value = value
        }
    }

    /// The entries, in the order of the wire.
    public var entries: [Entry]

    /// Makes a table.
    ///
    /// - Parameter entries: the entries, in the order of the wire.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Makes a table of a literal's pairs, in their order; no key is dropped.
    ///
    /// - Parameter elements: the pairs.
    public init(dictionaryLiteral elements: (String, FieldValue)...) {
        entries = elements.map { Entry($0.0, $0.1) }
    }

    /// Whether the table has no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of the first entry with a key; nil when there is none. Takes time in proportion to the entries.
    ///
    /// - Parameter key: the key to look up.
    public subscript(key: String) -> FieldValue? {
        entries.first { $0.key == key }?.value
    }
}
