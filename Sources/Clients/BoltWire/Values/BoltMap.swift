/// A map of PackStream, in the order of its entries. A key may stand twice in what a server sends, and looking it up gives
/// the last; a client cannot send it twice. Equal maps have the same order. A value; safe to use from any thread.
public struct BoltMap: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// A key and its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public var key: String
        /// The value.
        public var value: BoltValue

        /// Makes an entry.
        ///
        /// - Parameters:
        ///   - key: The key.
        ///   - value: The value.
        public init(_ key: String, _ value: BoltValue) {
            self.key = key
            self.value = value
        }
    }

    /// The entries, in the order of the wire.
    public var entries: [Entry]

    /// Makes a map.
    ///
    /// - Parameter entries: The entries, in the order of the wire.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// Makes a map of a literal's pairs, in their order; no key is dropped.
    ///
    /// - Parameter elements: The pairs.
    public init(dictionaryLiteral elements: (String, BoltValue)...) {
        entries = elements.map { Entry($0.0, $0.1) }
    }

    /// Whether the map has no entry.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of the last entry with a key; nil when there is none. Takes time in proportion to the entries.
    ///
    /// - Parameter key: The key to look up.
    public subscript(key: String) -> BoltValue? {
        entries.last { $0.key == key }?.value
    }
}
