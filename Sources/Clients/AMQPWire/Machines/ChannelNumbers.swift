/// Which channel numbers of a connection are free: 1 up to the negotiated channel-max.
public struct ChannelNumbers: Sendable {
    private var free: [UInt16] = []
    private var last: UInt16 = 0

    /// All are free.
    public init() {}

    /// Takes a free number, one that was in use before if there is one.
    ///
    /// - Returns: nil when all up to `max` are taken.
    public mutating func take(upTo max: UInt16) -> UInt16? {
        if let number = free.popLast() { return number }
        guard last < max else { return nil }
        last += 1
        return last
    }

    /// Gives a number back that was taken and is not in use any more on either side.
    public mutating func giveBack(_ number: UInt16) {
        free.append(number)
    }
}
