/// Which channel numbers of a connection are free: 1 up to the negotiated channel-max. A value, owned by one actor.
public struct ChannelNumbers: Sendable {
    private var free: [UInt16] = []
    private var last: UInt16 = 0

    /// All numbers are free.
    public init() {}

    /// Takes a free number, preferably one that was in use before.
    ///
    /// - Parameter max: the negotiated channel-max; the same in each call.
    /// - Returns: the number; nil when all up to `max` are taken.
    public mutating func take(upTo max: UInt16) -> UInt16? {
        if let number = free.popLast() { return number }
        guard last < max else { return nil }
        last += 1
        return last
    }

    /// Gives back a number that is not in use any more on either side.
    ///
    /// - Parameter number: a number that was taken and not given back since.
    public mutating func giveBack(_ number: UInt16) {
        free.append(number)
    }
}
