import Events

/// Derives an event's id from the content of its row, part by part.
///
/// The id depends on the parsed fields, so that a row gives the same event wherever and however often it appears: with
/// other columns, quotes or line endings, or compressed. The length of every part precedes it, so that different rows
/// have different names.
struct RowIdentity {
    /// The namespace of the ids of rows without one. Never changes: a file that is imported again must give the same
    /// ids.
    private static let namespace = EventID(high: 0x3B0E_94D7_5A61_4C2F, low: 0x8D17_E65B_20C9_7FA4)

    /// The namespace of the numbers that are made of texts. Never changes, for the same reason.
    private static let textNamespace = EventID(high: 0x3B0E_94D7_5A61_4C2F, low: 0x8D17_E65B_20C9_7FA5)

    /// The number of a user or product that a file names by a text: 63 bits of a hash. Of a million texts, two get the
    /// same number with a probability of one to ten million.
    static func number(of text: some Collection<UInt8>) -> Int64 {
        let id = EventID.version5(namespace: textNamespace, name: text)
        // Neither part holds bits that mark the version.
        let bits = (id.high >> 16) << 15 | id.low & 0x7fff
        return max(1, Int64(bits))
    }

    private var name: [UInt8] = []

    /// Forgets the previous row.
    mutating func begin() {
        name.removeAll(keepingCapacity: true)
    }

    /// Adds a number; nil counts as a part too.
    mutating func add(_ number: Int64?) {
        guard let number else { return name.append(0) }
        name.append(8)
        for shift in stride(from: Int64(0), to: 64, by: 8) {
            name.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func add(_ text: some Collection<UInt8>) {
        add(Int64(text.count))
        name.append(contentsOf: text)
    }

    /// The id of all parts added since ``begin()``.
    func id() -> EventID {
        .version5(namespace: Self.namespace, name: name)
    }
}
