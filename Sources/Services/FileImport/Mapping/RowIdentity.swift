import Events

/// Derives an event's id from what its row says, part by part.
///
/// The id depends on the fields as they are understood, so that a row gives the same event however often and wherever
/// it stands: among other columns, in other quotes, with other line endings, compressed. Every part has its length
/// before it, so that different rows have different names.
struct RowIdentity {
    /// The namespace of the ids of rows without one. Never changes: a file that is imported again has to give the same.
    private static let namespace = EventID(high: 0x3B0E_94D7_5A61_4C2F, low: 0x8D17_E65B_20C9_7FA4)

    private var name: [UInt8] = []

    /// Forgets the row before.
    mutating func begin() {
        name.removeAll(keepingCapacity: true)
    }

    /// Adds a number; nil is a part too.
    mutating func add(_ number: Int64?) {
        guard let number else { return name.append(0) }
        name.append(8)
        for shift in stride(from: Int64(0), to: 64, by: 8) {
            name.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Adds a text.
    mutating func add(_ text: some Collection<UInt8>) {
        add(Int64(text.count))
        name.append(contentsOf: text)
    }

    /// The id of all parts since ``begin()``.
    func id() -> EventID {
        .version5(namespace: Self.namespace, name: name)
    }
}
