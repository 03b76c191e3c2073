/// A message that a consumer holds.
struct HeldMessage: Hashable, Sendable {
    let position: Int64
    /// How often the message came back before.
    let returns: Int
    /// The first position of the claim that covers the message.
    var claim: Int64
}

/// A message on its way to a consumer.
struct ClaimedMessage: Sendable {
    let held: HeldMessage
    let envelope: [UInt8]
    let body: [UInt8]
}

/// What one consumer holds, by delivery number, and how much of each claim is left.
struct Holdings: Sendable {
    private(set) var messages: [UInt64: HeldMessage] = [:]
    /// How many messages of each claim are still held, by the claim's first position.
    private var remaining: [Int64: Int] = [:]
    private var lastNumber: UInt64 = 0

    var count: Int { messages.count }

    /// - Returns: the new delivery's number.
    mutating func add(_ message: HeldMessage) -> UInt64 {
        lastNumber += 1
        messages[lastNumber] = message
        remaining[message.claim, default: 0] += 1
        return lastNumber
    }

    /// Removes deliveries; numbers that are not held are ignored.
    ///
    /// - Returns: the messages, and the claims of which nothing is held any more.
    mutating func remove(_ numbers: some Sequence<UInt64>) -> (messages: [HeldMessage], emptied: [Int64]) {
        var removed: [HeldMessage] = []
        var emptied: [Int64] = []
        for number in numbers {
            guard let message = messages.removeValue(forKey: number) else { continue }
            removed.append(message)
            let left = (remaining[message.claim] ?? 1) - 1
            if left == 0 {
                remaining[message.claim] = nil
                emptied.append(message.claim)
            } else {
                remaining[message.claim] = left
            }
        }
        return (removed, emptied)
    }

    /// Replaces the claim `first` with claims that cover exactly what is still held of it.
    ///
    /// - Returns: the new claims; empty if nothing is held of the claim.
    mutating func split(_ first: Int64) -> [(range: PositionRange, returns: Int)] {
        let covered = messages.filter { $0.value.claim == first }
        guard let returns = covered.first?.value.returns else { return [] }
        remaining[first] = nil
        let ranges = PositionRange.ranges(of: covered.map(\.value.position))
        for (number, message) in covered {
            guard let range = ranges.last(where: { $0.first <= message.position }) else { continue }
            messages[number]?.claim = range.first
            remaining[range.first, default: 0] += 1
        }
        return ranges.map { ($0, returns) }
    }
}
