import Stores

/// The products that stand beside one in a session's sequence, as the bytes of a visit: how many stand before it, then
/// those before and those behind it, the nearest first, each id in groups of seven bits, the lowest first.
enum Neighbours {
    /// The neighbours of the product at a place of a sequence of distinct products.
    static func bytes(of sequence: [Int64], at place: Int) -> [UInt8] {
        let before = sequence[max(0, place - CoViewCounter.window)..<place].reversed()
        let behind = sequence[place...].dropFirst().prefix(CoViewCounter.window)
        var bytes = [UInt8(before.count)]
        for productID in before { append(productID, to: &bytes) }
        for productID in behind { append(productID, to: &bytes) }
        return bytes
    }

    /// The products whose neighbours are others in one sequence than in another, with those that they have there; without
    /// any for a product that is not in it.
    static func changes(from old: [Int64], to new: [Int64]) -> [Int64: [UInt8]] {
        guard old != new else { return [:] }
        let common = zip(old, new).prefix { $0 == $1 }.count
        let start = max(0, common - CoViewCounter.window)
        var changes: [Int64: [UInt8]] = [:]
        for place in start..<new.count { changes[new[place]] = bytes(of: new, at: place) }
        for place in start..<old.count {
            let isAsBefore = changes[old[place], default: []] == bytes(of: old, at: place)
            changes[old[place]] = isAsBefore ? nil : changes[old[place], default: []]
        }
        return changes
    }

    /// Gives each neighbour and how far it stands away.
    static func forEach(_ bytes: Span<UInt8>, _ body: (_ productID: Int64, _ distance: Int) -> Void) {
        guard !bytes.isEmpty else { return }
        let before = Int(bytes[0])
        var number = 0
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for place in 1..<bytes.count {
            let byte = bytes[place]
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            body(Int64(bitPattern: value), number < before ? number + 1 : number - before + 1)
            number += 1
            value = 0
            shift = 0
        }
    }

    private static func append(_ productID: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: productID)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
