import Stores

/// The first touches of a session, in their order, as the bytes of a row: 32 for each, of its product, time and id.
///
/// They stay bytes: as a rule, one is put behind the last, and little else is looked at. The row of a long session has
/// zeros behind its touches: where a row keeps its length, SQLite writes no other pages than those that change.
struct SessionTouches {
    private static let width = 32
    /// By how many touches the row of a long session grows.
    private static let block = 64

    private var bytes: [UInt8]
    /// Whether the row is full, and was not read as nothing would find a place in it.
    private let isClosed: Bool

    init() {
        bytes = []
        isClosed = false
    }

    /// - Parameter row: Nil for a full row that all touches to be added come after.
    init(row: [UInt8]?) {
        bytes = row ?? []
        isClosed = row == nil
        bytes.removeLast(bytes.count % Self.width)
        // No product has the number 0.
        while !bytes.isEmpty, productID(at: count - 1) == 0 { bytes.removeLast(Self.width) }
    }

    /// What is stored.
    var row: [UInt8] {
        let length = Self.block * Self.width
        guard bytes.count > length else { return bytes }
        return bytes + Array(repeating: 0, count: (length - bytes.count % length) % length)
    }

    /// Whether there may be touches that the row has no room for.
    var isFull: Bool { isClosed || count >= CoViewQuery.interactionLimit }

    /// The time of the last touch of a full row: what is later does not belong into it.
    var closingTime: Int64? { isFull && !isClosed ? key(at: count - 1).time : nil }

    /// How many touches there are.
    var count: Int { bytes.count / Self.width }

    private func key(at index: Int) -> TouchKey { bytes.span.key(at: index * Self.width) }
    private func productID(at index: Int) -> Int64 { bytes.span.int64(at: index * Self.width) }

    /// Puts a touch where it belongs; the last one makes room for it.
    ///
    /// - Returns: Whether the row has changed, and whether ``sequence`` may have.
    mutating func insert(_ touch: Touch) -> (row: Bool, sequence: Bool) {
        guard !isClosed else { return (false, false) }
        var place = count
        // Most touches come in order.
        while place > 0, touch.key < key(at: place - 1) { place -= 1 }
        guard place < CoViewQuery.interactionLimit else { return (false, false) }
        let isKnown = (0..<place).last { productID(at: $0) == touch.productID } != nil
        var added: [UInt8] = []
        added.reserveCapacity(Self.width)
        for value in [touch.productID, touch.key.time, touch.key.high, touch.key.low] {
            for shift in stride(from: 0, to: 64, by: 8) { added.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        bytes.insert(contentsOf: added, at: place * Self.width)
        let losesLast = count > CoViewQuery.interactionLimit
        if losesLast { bytes.removeLast(Self.width) }
        return (true, !isKnown || losesLast)
    }

    /// The distinct products in the order of their first touches.
    var sequence: [Int64] {
        var known: Set<Int64> = []
        return (0..<count).map(productID).filter { known.insert($0).inserted }
    }

    /// The newest touch of each product.
    var newest: [Int64: TouchKey] {
        Dictionary((0..<count).lazy.map { (productID(at: $0), key(at: $0)) }, uniquingKeysWith: { max($0, $1) })
    }

    /// The newest touch of one product; nil if there is none.
    func newest(of productID: Int64) -> TouchKey? {
        (0..<count).last { self.productID(at: $0) == productID }.map(key)
    }
}

extension Span<UInt8> {
    /// The time and id of the touch that begins there.
    fileprivate func key(at place: Int) -> TouchKey {
        TouchKey(time: int64(at: place + 8), high: int64(at: place + 16), low: int64(at: place + 24))
    }

    /// Eight bytes as an integer, the lowest first.
    fileprivate func int64(at place: Int) -> Int64 {
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(self[place + index]) << (8 * UInt64(index)) }
        return Int64(bitPattern: value)
    }
}
