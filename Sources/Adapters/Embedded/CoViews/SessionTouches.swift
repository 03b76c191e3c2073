import Stores

/// The first touches of a session, in their order, as the bytes of a row: 32 for each, of its product, time and id.
struct SessionTouches {
    struct Entry: Equatable {
        var key: TouchKey
        var productID: Int64
    }

    static let width = 32

    private(set) var entries: [Entry]

    /// Whether there may be touches that the row has no room for.
    var isFull: Bool { entries.count >= CoViewQuery.interactionLimit }

    init() {
        entries = []
    }

    init(_ bytes: Span<UInt8>) {
        entries = []
        entries.reserveCapacity(bytes.count / Self.width + 1)
        var place = 0
        while place + Self.width <= bytes.count {
            entries.append(
                Entry(
                    key: TouchKey(
                        time: bytes.int64(at: place + 8), high: bytes.int64(at: place + 16),
                        low: bytes.int64(at: place + 24)),
                    productID: bytes.int64(at: place)))
            place += Self.width
        }
    }

    /// Gives the products of a row, without the rest.
    static func readProducts(_ bytes: Span<UInt8>, into products: inout [Int64]) {
        products.removeAll(keepingCapacity: true)
        var place = 0
        while place + width <= bytes.count {
            products.append(bytes.int64(at: place))
            place += width
        }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * Self.width)
        for entry in entries {
            for value in [entry.productID, entry.key.time, entry.key.high, entry.key.low] {
                for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
            }
        }
        return bytes
    }

    /// Puts a touch where it belongs; the last one makes room for it.
    ///
    /// - Returns: Whether the row has changed.
    mutating func insert(_ touch: Touch) -> Bool {
        var place = entries.count
        // Most touches come in order.
        while place > 0, touch.key < entries[place - 1].key { place -= 1 }
        guard place < CoViewQuery.interactionLimit else { return false }
        entries.insert(Entry(key: touch.key, productID: touch.productID), at: place)
        if entries.count > CoViewQuery.interactionLimit { entries.removeLast() }
        return true
    }

    /// The newest touch of each product.
    var newest: [Int64: TouchKey] {
        Dictionary(entries.lazy.map { ($0.productID, $0.key) }, uniquingKeysWith: { max($0, $1) })
    }

    /// The newest touch of one product; nil if there is none.
    func newest(of productID: Int64) -> TouchKey? {
        entries.last { $0.productID == productID }?.key
    }
}

extension Span<UInt8> {
    /// Eight bytes as an integer, the lowest first.
    fileprivate func int64(at place: Int) -> Int64 {
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(self[place + index]) << (8 * UInt64(index)) }
        return Int64(bitPattern: value)
    }
}
